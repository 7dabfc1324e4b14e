// What is wrong with a page, as JSON in an element that the test reads.
axe.run(document, { resultTypes: ["violations"] }).then((found) => {
  const told = document.createElement("pre");
  told.id = "found-by-axe";
  told.textContent = JSON.stringify({
    violations: found.violations
      .filter((each) => ["serious", "critical"].includes(each.impact))
      .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`),
    passes: found.passes.length,
    wide: document.documentElement.scrollWidth - window.innerWidth,
    width: window.innerWidth,
  });
  window.parent.document.body.append(told);
});
