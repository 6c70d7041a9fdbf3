import { describe, expect, it } from 'vitest';
import { isOffered, layeredCodecs, withDependencies } from './codecs';

const h264 = (profile: string, mode = '1'): string => `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`;

describe('codecs of received pictures', () => {
  it.each([
    ['video/VP8', undefined, true],
    ['video/rtx', undefined, true],
    ['video/VP9', 'profile-id=0', true],
    ['video/VP9', undefined, true],
    ['video/VP9', 'profile-id=2', false],
    ['video/AV1', 'level-idx=5;profile=0;tier=0', true],
    ['video/AV1', 'level-idx=5;profile=1;tier=0', false],
    ['video/H264', h264('42e01f'), true],
    ['video/H264', h264('64001f'), true],
    ['video/H264', h264('42e01f', '0'), false],
    ['video/H264', h264('4d001f'), false],
    ['video/red', undefined, false],
    ['video/ulpfec', undefined, false],
    ['video/flexfec-03', undefined, false],
  ])('%s %s: %s', (mimeType, sdpFmtpLine, want) => {
    expect(isOffered(sdpFmtpLine === undefined ? { mimeType } : { mimeType, sdpFmtpLine })).toBe(want);
  });
});

describe('a camera with layers in one stream', () => {
  const codecs = [
    { mimeType: 'video/VP8' },
    { mimeType: 'video/rtx' },
    { mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' },
    { mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=2' },
  ];

  it('offers that codec and its repetitions alone', () => {
    expect(layeredCodecs(codecs, 'VP9')).toEqual([codecs[2], codecs[1]]);
  });

  it('is not to be had without the codec', () => {
    expect(layeredCodecs(codecs, 'AV1')).toEqual([]);
  });
});

describe("the descriptor of AV1's layers", () => {
  const uri = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';
  const mid = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', direction: 'sendrecv' } as const;

  it('is offered where it is there and was not', () => {
    expect(withDependencies([mid, { uri, direction: 'stopped' }])).toEqual([mid, { uri, direction: 'sendrecv' }]);
  });

  it('stays as it is otherwise', () => {
    expect(withDependencies([mid])).toBeNull();
    expect(withDependencies([mid, { uri, direction: 'sendrecv' }])).toBeNull();
  });
});
