#!/usr/bin/python3
"""A WHIP encoder or WHEP viewer on GStreamer's webrtcbin. Prints one JSON line of figures.

  webrtcbin_client.py --whip URL --token T [--codec vp8|h264] --seconds N
  webrtcbin_client.py --whep URL --token T [--codec vp8|h264] --seconds N
"""
import argparse
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

from signal_http import Resource, add_ends, has_enough, report  # noqa: E402

ENCODERS = {
    "vp8": "vp8enc deadline=1 keyframe-max-dist=30 target-bitrate=500000 ! rtpvp8pay pt=96",
    "h264": "openh264enc bitrate=500000 gop-size=30 ! video/x-h264,profile=constrained-baseline ! "
            "rtph264pay pt=96 config-interval=-1 aggregate-mode=zero-latency",
}
CAPS = {
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000",
    "h264": "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000,"
            "packetization-mode=(string)1",
}
OPUS_CAPS = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000," \
            "encoding-params=(string)2"


class Client:
    def __init__(self, options):
        self.options = options
        self.resource = Resource(options.whip or options.whep, options.token)
        self.frames = self.audio = 0
        self.loop = GLib.MainLoop()
        self.failed = None
        if options.whip:
            self.pipeline = Gst.parse_launch(
                "webrtcbin name=bin bundle-policy=max-bundle "
                "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 ! "
                f"videoconvert ! {ENCODERS[options.codec]} ! queue ! {CAPS[options.codec]} ! bin. "
                "audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! opusenc ! "
                f"rtpopuspay pt=97 ! queue ! {OPUS_CAPS} ! bin.")
            self.bin = self.pipeline.get_by_name("bin")
        else:
            self.pipeline = Gst.Pipeline.new()
            self.bin = Gst.ElementFactory.make("webrtcbin")
            self.bin.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
            self.pipeline.add(self.bin)
            self.bin.connect("pad-added", self.on_pad)
            for caps in (OPUS_CAPS, CAPS[options.codec]):
                self.bin.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY,
                              Gst.Caps.from_string(caps))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.on_error)
        self.bin.connect("on-negotiation-needed", self.on_negotiation_needed)

    def on_error(self, _bus, message):
        self.failed = str(message.parse_error())
        self.loop.quit()

    def on_negotiation_needed(self, _bin):
        promise = Gst.Promise.new_with_change_func(self.on_offer)
        self.bin.emit("create-offer", None, promise)

    def on_offer(self, promise):
        self.reply = promise.get_reply()  # the offer lives inside it
        self.bin.emit("set-local-description", self.reply.get_value("offer"), None)
        GLib.timeout_add(50, self.when_gathered)

    def when_gathered(self):
        state = self.bin.get_property("ice-gathering-state")
        if state != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            return True
        local = self.bin.get_property("local-description").sdp.as_text()
        try:
            text = self.resource.offer(local)
        except Exception as error:  # what the server said belongs in the test's log
            body = error.read().decode() if hasattr(error, "read") else ""
            self.failed = f"{error} {body}"
            self.loop.quit()
            return False
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.bin.emit("set-remote-description", answer, None)
        return False

    def on_pad(self, _bin, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        decoder = Gst.ElementFactory.make("decodebin")
        decoder.connect("pad-added", self.on_decoded)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def on_decoded(self, _decoder, pad):
        sink = Gst.ElementFactory.make("fakesink")
        sink.set_property("sync", False)
        sink.set_property("signal-handoffs", True)
        video = pad.get_current_caps().get_structure(0).get_name().startswith("video")
        sink.connect("handoff", self.on_frame if video else self.on_audio)
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def on_frame(self, *_):
        self.frames += 1
        self.leave_with_enough()

    def on_audio(self, *_):
        self.audio += 1
        self.leave_with_enough()

    def leave_with_enough(self):
        if has_enough(self.options, self.frames, self.audio):
            self.loop.quit()

    def run(self):
        GLib.timeout_add_seconds(self.options.seconds, self.loop.quit)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, self.loop.quit)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        ice = self.bin.get_property("ice-connection-state").value_nick
        try:
            self.resource.delete()
        except OSError as error:
            self.failed = self.failed or f"DELETE: {error}"
        self.pipeline.set_state(Gst.State.NULL)
        report(frames=self.frames, audio=self.audio, ice=ice, failed=self.failed)
        return 1 if self.failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whip")
    parser.add_argument("--whep")
    parser.add_argument("--token", required=True)
    parser.add_argument("--codec", choices=ENCODERS, default="vp8")
    add_ends(parser)
    options = parser.parse_args()
    Gst.init(None)
    return Client(options).run()


if __name__ == "__main__":
    sys.exit(main())
