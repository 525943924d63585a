// The connection to the server: Server-Sent Events, begun again whenever it ends.

const PAUSE = 2000;

/**
 * Listens for as long as it is open. `told(name, data)` gets the events "scene" and "change"; `connection(state)` gets
 * "connecting", "connected", "lost" (it is tried again by itself) and "ended" (the server said that it stops).
 */
export function createStream({ told, connection }) {
  let source = null;
  let timer = 0;
  let isEnded = false;

  function open() {
    if (source !== null) return;
    isEnded = false;
    connection("connecting");
    connect();
  }

  function connect() {
    source = new EventSource("live/events");
    for (const name of ["scene", "change"]) {
      source.addEventListener(name, (event) => {
        if (name === "scene") {
          isEnded = false;
          connection("connected");
        }
        told(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("end", () => {
      isEnded = true;
      connection("ended");
      again();
    });
    source.addEventListener("error", () => {
      if (!isEnded) connection("lost");
      again();
    });
  }

  /** The browser's own attempts stop at the first answer that is no stream: these do not. */
  function again() {
    source?.close();
    clearTimeout(timer);
    timer = setTimeout(connect, PAUSE);
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  return { open, close };
}
