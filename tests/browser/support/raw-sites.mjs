// Sites without picture and sound: room sockets opened by a signed-in page, so that a test can make any room of a meeting ask, vote
// or answer. They speak the real protocol with the real program.

// Runs in the page.
function openSocket({ meeting, endpoint, protocol }) {
  const sites = (window.rawSites ??= {});
  sites[endpoint]?.socket.close();
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/api/v1/meetings/${meeting}/room?endpoint=${endpoint}`, protocol);
  const site = { socket, next: 1, waiting: new Map(), got: [] };
  sites[endpoint] = site;
  return new Promise((done) => {
    socket.onopen = () => socket.send(JSON.stringify({ type: 'join', id: site.next++ }));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.id !== undefined) site.waiting.get(message.id)?.(message);
      site.got.push(message);
      if (message.type === 'welcome' || message.type === 'bye' || message.type === 'error') done(message);
    };
    socket.onclose = (event) => done({ type: 'closed', code: event.code });
  });
}

function askServer({ endpoint, message }) {
  const site = window.rawSites[endpoint];
  const id = site.next++;
  return new Promise((done) => {
    site.waiting.set(id, done);
    site.socket.send(JSON.stringify({ ...message, id }));
  });
}

export class RawSites {
  constructor(page, meeting) {
    this.page = page;
    this.meeting = meeting;
  }

  /** Sits down; the welcome, or what came instead. */
  open(endpoint) {
    return this.page.evaluate(openSocket, { meeting: this.meeting, endpoint, protocol: 'diemcau.room.v1' });
  }

  /** Asks and gives the answer: `ok` or `error`. */
  ask(endpoint, message) {
    return this.page.evaluate(askServer, { endpoint, message });
  }

  /** The newest message of a type, or null. */
  last(endpoint, type) {
    return this.page.evaluate(([e, t]) => window.rawSites[e].got.filter((m) => m.type === t).at(-1) ?? null, [endpoint, type]);
  }

  /** What this site knows of a seat: the newest that was said of it. */
  seat(endpoint, of = endpoint) {
    return this.page.evaluate(
      ([e, o]) =>
        window.rawSites[e].got
          .flatMap((m) => m.seats ?? [])
          .filter((s) => s.endpoint === o)
          .at(-1) ?? null,
      [endpoint, of],
    );
  }
}
