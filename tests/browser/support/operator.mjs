// An operator without a page: the control room's messages from a script, over a WebSocket that a signed-in browser opens. Also a
// WebSocket of a room, where a test needs one that does not show anything.
import { openPage } from './browser.mjs';
import { signIn } from './controller.mjs';

// Runs in the page.
function connect(path) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path, 'diemcau.room.v1');
    const waiting = new Map();
    let next = 1;
    window.heard = [];
    window.ask = (message) =>
      new Promise((ok) => {
        const id = next++;
        waiting.set(id, ok);
        socket.send(JSON.stringify({ ...message, id }));
      });
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      window.heard.push(message);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    };
    socket.onerror = () => fail(new Error('refused'));
    socket.onopen = () => window.ask({ type: 'join' }).then(done);
  });
}

export class Operator {
  static async join(browser, url, user, meeting) {
    const made = new Operator();
    Object.assign(made, await openPage(browser));
    await signIn(made.page, url, user);
    await made.page.evaluate(connect, `/api/v1/meetings/${meeting}/room?role=operator`);
    return made;
  }

  /** Sends and gives the answer; a refusal is thrown. */
  async ask(message) {
    const answer = await this.page.evaluate((m) => window.ask(m), message);
    if (answer.type === 'error') throw new Error(`${message.type}: ${answer.code} ${answer.text?.en ?? ''}`);
    return answer;
  }

  /** The last message of that type that it was sent. */
  last(type) {
    return this.page.evaluate((t) => window.heard.filter((m) => m.type === t).at(-1) ?? null, type);
  }
}
