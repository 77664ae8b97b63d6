import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  fingerprint,
  hashName,
  knownHostsName,
  namesMatch,
  parseKnownHosts,
} from '../../../src/transport/ssh/known-hosts.js';

describe('transport/ssh/known-hosts', () => {
  let directory = '';
  let key = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'rtprov-known-'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'k')]);
    key = readFileSync(join(directory, 'k.pub'), 'utf8').trim().split(' ').slice(0, 2).join(' ');
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** The lines that `ssh-keygen -F` finds. */
  const oracle = (file: string, name: string): number[] => {
    const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
    return [...stdout.matchAll(/found: line (\d+)/g)].map((match) => Number(match[1]));
  };
  const ours = (file: string, name: string): number[] =>
    parseKnownHosts(readFileSync(file, 'utf8'), file)
      .filter((entry) => namesMatch(entry.names, name))
      .map((entry) => entry.line);

  it('finds what ssh-keygen -F finds', () => {
    const file = join(directory, 'known');
    const lines = [
      '# a comment',
      `alpha,beta ${key}`,
      `[alpha]:2222 ${key}`,
      `*.example.com,!bad.example.com ${key}`,
      `${hashName('gamma')} ${key}`,
      `${hashName('[gamma]:2200')} ${key}`,
      `@revoked old.example.com ${key}`,
      `@cert-authority *.ca.example ${key}`,
      `h?st ${key} with a comment`,
      `2001:db8::1 ${key}`,
      `ALPHA ${key}`,
      'broken line',
      '',
      `delta\t${key.replace(' ', '\t')}`,
    ];
    writeFileSync(file, lines.join('\n'));
    const names = [
      'alpha',
      'beta',
      '[alpha]:2222',
      'x.example.com',
      'bad.example.com',
      'gamma',
      '[gamma]:2200',
    ];
    names.push(
      'old.example.com',
      'x.ca.example',
      'host',
      'hoost',
      '2001:db8::1',
      'delta',
      'unknown',
      '[beta]:2222',
    );
    for (const name of names) assert.deepEqual(ours(file, name), oracle(file, name), name);
  });

  it('matches arbitrary patterns as ssh-keygen does', function () {
    this.timeout(240_000);
    const part = fc.stringMatching(/^!?[ab*?.]{1,5}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[ab.]{1,5}$/),
        (parts, name) => {
          const file = join(directory, 'patterns');
          writeFileSync(file, `${parts.join(',')} ${key}\n`);
          assert.deepEqual(ours(file, name), oracle(file, name), `${parts.join(',')} against ${name}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads markers, files and lines', () => {
    const entries = parseKnownHosts(`\n@revoked a ${key}\n@strange a ${key}\na ${key}\n`, 'F');
    assert.deepEqual(
      entries.map(({ file, line, marker }) => [file, line, marker]),
      [
        ['F', 2, 'revoked'],
        ['F', 4, undefined],
      ],
    );
  });

  it('drops a line whose key is of another type than it says', () => {
    assert.equal(parseKnownHosts(`a ${key.replace('ssh-ed25519', 'ssh-rsa')}\n`, 'F').length, 0);
  });

  it('writes a port only when it is not 22', () => {
    assert.equal(knownHostsName('Host', 22), 'host');
    assert.equal(knownHostsName('Host', 2222), '[host]:2222');
  });

  it('prints fingerprints as ssh-keygen -l does', () => {
    const said = execFileSync('ssh-keygen', ['-lf', join(directory, 'k.pub')], { encoding: 'utf8' });
    assert.equal(fingerprint(Buffer.from(key.split(' ')[1] ?? '', 'base64')), said.split(' ')[1]);
  });
});
