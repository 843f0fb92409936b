// Runs dyncheck. A module worker: the page stays usable while Python loads, and a check that takes too long can be stopped.
const here = import.meta.url;

// Count what is loaded, for the progress bar. All of it is of this site; the content security policy refuses anything else.
let loaded = 0;
const load = self.fetch.bind(self);
self.fetch = async (...given) => {
  const response = await load(...given);
  if (!response.ok) throw new Error(`${response.url} could not be loaded: ${response.status} ${response.statusText}`);
  const counted = new TransformStream({
    transform(part, controller) {
      loaded += part.byteLength;
      self.postMessage({ type: "progress", loaded });
      controller.enqueue(part);
    },
  });
  const { headers, status } = response;
  return new Response(response.body.pipeThrough(counted), { headers, status });
};

const start = async () => {
  const [{ loadPyodide }, packages] = await Promise.all([
    import(new URL("pyodide/pyodide.mjs", here)),
    fetch(new URL("packages.zip", here)).then((response) => response.arrayBuffer()),
  ]);
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  const directory = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(packages, "zip", { extractDir: directory });
  const playground = python.pyimport("playground");
  self.postMessage({ type: "ready", version: playground.VERSION });
  return playground;
};

const ready = start().catch((error) => {
  self.postMessage({ type: "failed", message: String(error.message ?? error) });
});

self.onmessage = async ({ data }) => {
  const playground = await ready;
  if (!playground) return;
  self.postMessage({ type: "answer", id: data.id, answer: playground.answer(JSON.stringify(data.files)) });
};
