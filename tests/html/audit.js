// Runs axe-core over the page and writes down what it found.
const wrong = [];
window.addEventListener("error", (e) => wrong.push(e.message));
axe.run(document, { resultTypes: ["violations"] }).then(
  (found) => ({
    version: axe.version,
    passed: found.passes.length,
    violations: found.violations.map((v) => ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.length })),
  }),
  (error) => ({ error: String(error) }),
).then((told) => {
  const pre = document.createElement("pre");
  pre.id = "seen-by-the-test";
  pre.textContent = JSON.stringify(told);
  document.body.append(pre);
});
