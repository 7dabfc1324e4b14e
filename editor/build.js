// Builds the editor into the package. The same sources and the same lock file give the same bytes.
//
//   node build.js [DIRECTORY]
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, "../src/resgraph/web/static/editor"));

/** The licences of everything that is in the built files, as one text. */
async function licences() {
  const { packages } = JSON.parse(await readFile(path.join(here, "package-lock.json"), "utf8"));
  const shipped = Object.entries(packages).filter(([where, each]) => where && !each.dev);
  const parts = await Promise.all(
    shipped
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([where, each]) => {
        const files = await readdir(path.join(here, where));
        const file = files.filter((name) => /^(licen[sc]e|copying)/i.test(name)).sort()[0];
        const text = file
          ? await readFile(path.join(here, where, file), "utf8")
          : "(no text is carried by the package)";
        return `${where.replace(/^.*node_modules\//, "")} ${each.version}, ${each.license}\n\n${text.replace(/\r/g, "").trim()}\n`;
      }),
  );
  return `The built files of this directory contain the following packages.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { editor: "src/main.js" },
  outdir: target,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  // The names of files in the hash are those from here, even where packages are linked to.
  preserveSymlinks: true,
  logLevel: "warning",
});
await writeFile(path.join(target, "LICENSES.txt"), await licences());
