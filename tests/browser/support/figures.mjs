// What a page really receives, from the statistics of its peer connection.

/** Frames decoded in the slots of one role, and the endpoint that the page says they show. */
export async function readSlot(page, role) {
  return page.evaluate(async (name) => {
    const figure = document.querySelector(`[data-slot=${name}]`);
    const video = figure?.querySelector('video');
    const track = video?.srcObject?.getVideoTracks()[0];
    const connection = window.testConnections?.at(-1);
    const receiver = connection?.getReceivers().find((r) => r.track === track);
    if (!receiver) return { endpoint: figure?.dataset.endpoint ?? '', frames: 0 };
    let frames = 0;
    (await receiver.getStats()).forEach((s) => {
      if (s.type === 'inbound-rtp') frames = s.framesDecoded ?? 0;
    });
    return { endpoint: figure.dataset.endpoint, frames, width: video.videoWidth, height: video.videoHeight };
  }, role);
}

/** Sound received so far: energy and samples of all audio slots together. */
export async function readSound(page) {
  return page.evaluate(async () => {
    let energy = 0;
    let packets = 0;
    const connection = window.testConnections?.at(-1);
    if (!connection) return { energy, packets };
    (await connection.getStats()).forEach((s) => {
      if (s.type !== 'inbound-rtp' || s.kind !== 'audio') return;
      energy += s.totalAudioEnergy ?? 0;
      packets += s.packetsReceived ?? 0;
    });
    return { energy, packets };
  });
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Energy that arrives within so many milliseconds. */
export async function soundWithin(page, ms) {
  const before = await readSound(page);
  await wait(ms);
  const after = await readSound(page);
  return { energy: after.energy - before.energy, packets: after.packets - before.packets };
}
