/** What `parse` makes of output that is not as it should be. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { fileKind } from '../../../src/resources/file/kind.js';
import { MemoryContentStore, sha256Of } from '../../../src/resources/lib/content-store.js';
import type { ReadRequest } from '../../../src/resources/resource.js';
import { onEachShell } from './run-shell.js';

const request = (name: string, depth: 'meta' | 'content' = 'content'): ReadRequest<'file'> => ({
  kind: 'file',
  name,
  depth,
});
const stat = (name: string, size: number, type = '81a4') =>
  `${type}:0:0:${size}:5:root:root:1970-01-01 00:00:05.25 +0000|${name}\n`;
const sum = (name: string, text: string) => `${sha256Of(text)}  ${name}\n`;
const good = `rtp-file:\nf\n${stat('/f', 3)}=\n${sum('/f', 'abc')}=\nabc=\n=\nrtp-file-end\n`;

function parse(output: string, ...requests: ReadRequest<'file'>[]) {
  return fileKind.parse(
    requests.length === 0 ? [request('/f')] : requests,
    Buffer.from(output),
    new MemoryContentStore(),
  );
}

describe('parsing what read printed', () => {
  it('takes good output', () => {
    assert.deepEqual(parse(good).get('/f'), {
      type: 'file',
      mode: '0644',
      owner: 'root',
      group: 'root',
      mtime: '5.250000000',
      sha256: sha256Of('abc'),
      size: 3,
    });
  });

  const raced: Readonly<Record<string, string>> = {
    'a file that grew': `rtp-file:\nf\n${stat('/f', 3)}=\n${sum('/f', 'abc')}=\nabcd=\n=\nrtp-file-end\n`,
    'a file that shrank': `rtp-file:\nf\n${stat('/f', 300)}=\n${sum('/f', 'abc')}=\nabc=\n=\nrtp-file-end\n`,
    'a file with other bytes': `rtp-file:\nf\n${stat('/f', 3)}=\n${sum('/f', 'xyz')}=\nabc=\n=\nrtp-file-end\n`,
    'a file that went': `rtp-file:\nf\n=\n=\n=\n=\nrtp-file-end\n`,
    'a file that became a directory': `rtp-file:\nf\n${stat('/f', 3, '41ed')}=\n=\n=\n=\nrtp-file-end\n`,
  };
  for (const [what, output] of Object.entries(raced)) {
    it(`says READ_RACED for ${what}`, () => {
      assert.throws(() => parse(output), { code: 'READ_RACED', message: /^\/f changed/ });
    });
  }

  const failed: Readonly<Record<string, string>> = {
    'nothing at all': '',
    'other text': 'Welcome to this machine!\n',
    'an unreadable file': `rtp-file:\nf\n${stat('/f', 3)}=\n=\n=\n=\nrtp-file-end\n`,
    'a closed folder': 'rtp-file:\n!\n=\n=\n=\n=\nrtp-file-end\n',
    'a missing end': good.slice(0, -'rtp-file-end\n'.length),
    'more than expected': `${good}more\n`,
    'another number of paths': 'rtp-file:\n--\n=\n=\n=\n=\nrtp-file-end\n',
  };
  for (const [what, output] of Object.entries(failed)) {
    it(`says READ_FAILED for ${what}`, () => assert.throws(() => parse(output), { code: 'READ_FAILED' }));
  }

  it('names the file that could not be read among others', () => {
    const output = `rtp-file:\nff\n${stat('/a', 0)}${stat('/b', 0)}=\n${sum('/b', '')}=\n=\n=\nrtp-file-end\n`;
    assert.throws(() => parse(output, request('/a', 'meta'), request('/b', 'meta')), {
      code: 'READ_FAILED',
      message: /^\/a /,
    });
  });

  it('never throws anything else, whatever the output', () => {
    const damaged = fc
      .tuple(fc.nat(good.length), fc.nat(good.length), fc.string({ maxLength: 5 }))
      .map(([from, length, text]) => good.slice(0, from) + text + good.slice(from + length));
    fc.assert(
      fc.property(damaged, (output) => {
        try {
          parse(output);
        } catch (error) {
          assert.ok(error instanceof RtprovError, String(error));
        }
      }),
    );
  });
});

onEachShell('a file that changes while it is read', (target) => {
  it('is reported as READ_RACED', () => {
    const path = target().path('f');
    writeFileSync(path, 'before');
    const requests = [request(path)];
    const grow = `timeout() { for last; do :; done; case " $* " in *" cat "*) printf more >>"$last" ;; esac; command timeout "$@"; }`;
    const script = `${grow}\n${fileKind.read(requests).text}`;
    const output = target().must(script);
    assert.throws(() => fileKind.parse(requests, output, target().store), { code: 'READ_RACED' });
  });
});
