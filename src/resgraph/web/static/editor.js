// The page works without this. With it, answers come without leaving the page.
"use strict";

(() => {
  const form = document.getElementById("editor");
  const query = document.getElementById("query");
  const format = form.elements.format;
  let running = null;

  const address = () => {
    const data = new URLSearchParams(new FormData(form));
    if (!format.value) data.delete("format");
    return `${form.action}?${data}`;
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const answer = page.getElementById("answer");
    if (answer) document.getElementById("answer").replaceWith(document.importNode(answer, true));
  };

  const run = async () => {
    if (running) running.abort();
    running = new AbortController();
    const answer = document.getElementById("answer");
    answer.setAttribute("aria-busy", "true");
    const where = address();
    try {
      const reply = await fetch(where, { headers: { Accept: "text/html" }, signal: running.signal });
      show(await reply.text());
      history.replaceState(null, "", where);
    } catch (error) {
      if (error.name === "AbortError") return;
      answer.removeAttribute("aria-busy");
      answer.textContent = "The server did not answer.";
    }
  };

  form.addEventListener("submit", (event) => {
    // A long query does not fit into an address; then the form is sent as a form.
    if (address().length > 6000) {
      form.method = "post";
      return;
    }
    form.method = "get";
    if (format.value) return;
    event.preventDefault();
    run();
  });

  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
