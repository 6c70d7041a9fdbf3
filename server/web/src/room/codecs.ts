/**
 * Which codecs the received lines offer. A browser lists every profile it knows, in each of the two dozen lines of an offer: that alone
 * is longer than a message of the room may be. The relay takes none of what is left out here (signaling/sdp/codec_choice.c). Pure.
 */

export interface Codec {
  mimeType: string;
  sdpFmtpLine?: string;
}

const parameter = (codec: Codec, key: string): string | undefined =>
  codec.sdpFmtpLine
    ?.split(';')
    .map((p) => p.trim().split('='))
    .find(([k]) => k === key)?.[1];

/** 8 bits, 4:2:0: also what a missing profile means. */
const isPlain = (codec: Codec, key: string): boolean => (parameter(codec, key) ?? '0') === '0';

/** Constrained baseline, which all encoders have, and high, which all that is published can be decoded by. */
function isUsualH264(codec: Codec): boolean {
  const profile = parameter(codec, 'profile-level-id') ?? '';
  return parameter(codec, 'packetization-mode') === '1' && /^(42e0|640c|6400)/i.test(profile);
}

export function isOffered(codec: Codec): boolean {
  switch (codec.mimeType.toLowerCase()) {
    case 'video/vp8':
    case 'video/rtx':
      return true;
    case 'video/vp9':
      return isPlain(codec, 'profile-id');
    case 'video/av1':
      return isPlain(codec, 'profile');
    case 'video/h264':
      return isUsualH264(codec);
    default:
      return false;
  }
}

/** A camera as one stream with three sizes and three frame rates in it, if this browser can: what the server prefers over simulcast. */
export const LAYERED_MODE = 'L3T3_KEY';
export type LayeredCodec = 'VP9' | 'AV1';

/** The codecs of a camera's line that sends such a stream: that codec, and what its packets are repeated by. Empty: cannot. Pure. */
export function layeredCodecs<T extends Codec>(codecs: readonly T[], wanted: LayeredCodec): T[] {
  const mime = `video/${wanted.toLowerCase()}`;
  const own = codecs.filter((c) => c.mimeType.toLowerCase() === mime && isOffered(c));
  return own.length === 0 ? [] : [...own, ...codecs.filter((c) => c.mimeType.toLowerCase() === 'video/rtx')];
}

const DEPENDENCY_URI = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

interface HeaderExtension {
  uri: string;
  direction: RTCRtpTransceiverDirection;
}

/** What some browsers have and do not offer by themselves: without it AV1's layers cannot be told apart. Pure. */
export function withDependencies(extensions: readonly HeaderExtension[]): HeaderExtension[] | null {
  if (!extensions.some((e) => e.uri === DEPENDENCY_URI && e.direction === 'stopped')) return null;
  return extensions.map((e) => (e.uri === DEPENDENCY_URI ? { ...e, direction: 'sendrecv' } : e));
}

/** Offers the descriptor of AV1's layers where the browser has it. */
export function offerDependencies(transceiver: RTCRtpTransceiver): void {
  const able = transceiver as RTCRtpTransceiver & {
    getHeaderExtensionsToNegotiate?: () => HeaderExtension[];
    setHeaderExtensionsToNegotiate?: (extensions: HeaderExtension[]) => void;
  };
  const wanted = withDependencies(able.getHeaderExtensionsToNegotiate?.() ?? []);
  if (wanted) able.setHeaderExtensionsToNegotiate?.(wanted);
}

/** Keeps a received picture's line to those; where the browser cannot say or would be left with none, all stay. */
export function narrow(transceiver: RTCRtpTransceiver): void {
  offerDependencies(transceiver);
  if (!('setCodecPreferences' in transceiver) || !('getCapabilities' in RTCRtpReceiver)) return;
  const codecs = (RTCRtpReceiver.getCapabilities('video')?.codecs ?? []).filter(isOffered);
  if (codecs.some((c) => c.mimeType.toLowerCase() !== 'video/rtx')) transceiver.setCodecPreferences(codecs);
}
