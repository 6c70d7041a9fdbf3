#!/usr/bin/python3
"""A WHIP encoder or WHEP viewer on aiortc. Prints "joined" once it has, and at the end one JSON line of figures.

  aiortc_client.py --whip URL --token T --seconds N
  aiortc_client.py --whep URL --token T --seconds N
"""
import argparse
import asyncio
import fractions
import signal
import sys
import time

from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError
from av import VideoFrame

from signal_http import Resource, add_ends, has_enough, report


class MovingPicture(VideoStreamTrack):
    """A grey that changes: cheap, and no frame equals the one before."""

    def __init__(self):
        super().__init__()
        self.shade = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        self.shade = (self.shade + 5) % 200
        frame = VideoFrame(width=320, height=240)
        for plane in frame.planes:
            plane.update(bytes([self.shade]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, fractions.Fraction(time_base)
        return frame


async def count(track, figures, options, leave):
    key = "frames" if track.kind == "video" else "audio"
    try:
        while True:
            await track.recv()
            figures[key] += 1
            if has_enough(options, figures["frames"], figures["audio"]):
                leave.set()
    except MediaStreamError:
        pass


async def tell(figures):
    while True:
        print("frames", figures["frames"], time.monotonic(), flush=True)
        await asyncio.sleep(0.5)


async def run(options):
    figures = {"frames": 0, "audio": 0, "failed": None}
    peer = RTCPeerConnection()
    tasks = []
    leave = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave.set)
    if options.whip:
        peer.addTrack(AudioStreamTrack())
        peer.addTrack(MovingPicture())
    else:
        peer.addTransceiver("audio", direction="recvonly")
        peer.addTransceiver("video", direction="recvonly")
        peer.on("track", lambda track: tasks.append(asyncio.ensure_future(count(track, figures, options, leave))))
    resource = Resource(options.whip or options.whep, options.token)
    try:
        await peer.setLocalDescription(await peer.createOffer())
        text = await asyncio.to_thread(resource.offer, peer.localDescription.sdp)
        await peer.setRemoteDescription(RTCSessionDescription(text, "answer"))
        print("joined", flush=True)
        if options.told:
            tasks.append(asyncio.ensure_future(tell(figures)))
        await asyncio.wait([asyncio.ensure_future(leave.wait())], timeout=options.seconds)
    except Exception as error:  # what the server said belongs in the test's log
        body = error.read().decode() if hasattr(error, "read") else ""
        figures["failed"] = f"{type(error).__name__}: {error} {body}"
    figures["ice"] = peer.iceConnectionState
    try:
        await asyncio.to_thread(resource.delete)
    except OSError as error:
        figures["failed"] = figures["failed"] or f"DELETE: {error}"
    for task in tasks:
        task.cancel()
    await peer.close()
    report(**figures)
    return 1 if figures["failed"] else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whip")
    parser.add_argument("--whep")
    parser.add_argument("--token", required=True)
    parser.add_argument("--told", action="store_true", help="tell the frames decoded so far, twice a second")
    add_ends(parser)
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
