import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { masked, Secrets } from '../../../src/engine/run/secrets.js';
import { quote } from '../../../src/shell/shell.js';
import { Unknown } from '../../../src/values/value.js';

function knowing(...values: readonly string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

describe('engine/secrets', () => {
  it('masks a secret in texts and however deep in values, in keys, numbers and the reasons of unknown values', () => {
    const secrets = knowing('hunter22', '482913');
    assert.equal(secrets.text('sudo says hunter22!'), 'sudo says ********!');
    assert.deepEqual(secrets.json({ a: ['x hunter22', { hunter22: 482913 }], n: 1 }), {
      a: ['x ********', { '********': masked }],
      n: 1,
    });
    const unknown = secrets.value(new Unknown('`echo hunter22` has not run'));
    assert.equal(JSON.stringify(unknown), '"(unknown: `echo ********` has not run)"');
  });

  it('leaves nothing of secrets that hold, begin or overlap one another', () => {
    assert.equal(knowing('passw', 'passw0rd').text('a passw0rd'), `a ${masked}`);
    assert.equal(knowing('abcdef', 'cdefgh').text('xabcdefghx'), `x${masked}x`);
  });

  it('finds base64 at every place in a group of three, with line breaks, and in the alphabet for URLs', () => {
    const secret = 'lab-sudo-pw?>~';
    const secrets = knowing(secret);
    for (const before of ['', 'a', 'ab', 'abc']) {
      for (const behind of ['', 'x', '\n', 'yz']) {
        const bytes = Buffer.from(before + secret + behind);
        for (const text of [bytes.toString('base64'), bytes.toString('base64url')]) {
          const shown = secrets.text(text);
          assert.ok(shown.includes(masked), text);
          const left = Buffer.from(shown.replaceAll('*', ''), 'base64').toString();
          assert.ok(!/lab|sudo|udo-|pw/.test(left), `${text} leaves ${shown}`);
        }
      }
    }
    const long = 'a long secret that needs more than one line of base64, as coreutils write it: 0123456789';
    const wrapped = execFileSync('base64', { input: `xy${long}` }).toString();
    assert.ok(wrapped.trim().includes('\n'));
    for (const text of [
      wrapped,
      wrapped.replaceAll('\n', String.raw`\n`),
      wrapped.replaceAll('\n', '\r\n'),
    ]) {
      const shown = knowing(long).text(text);
      assert.ok(shown.replaceAll('*', '').length < 12, shown);
    }
  });

  it('finds what shell, JSON, YAML, URLs and HTML make of it', () => {
    const secret = `p'w"d $x\\y&<é>/z`;
    const secrets = knowing(secret);
    const shell = (words: string): string =>
      execFileSync('bash', ['-c', words, 'bash', secret], {
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      }).toString();
    const forms = [
      secret,
      JSON.stringify(secret),
      JSON.stringify({ inner: JSON.stringify(secret) }),
      encodeURIComponent(secret),
      new URLSearchParams({ q: secret }).toString(),
      shell(`printf %q "$1"`),
      `'${secret.replaceAll("'", String.raw`'\''`)}'`,
      `'${secret.replaceAll("'", `'"'"'`)}'`,
      `'${secret.replaceAll("'", "''")}'`,
      Buffer.from(secret).toString('hex'),
      // As words of a script.
      quote(JSON.stringify(secret)),
      quote(quote(secret)),
      `'${JSON.stringify(secret).replaceAll("'", `'"'"'`)}'`,
    ];
    for (const form of forms)
      assert.ok(/^\W*(?:q=|inner\W+)?\*{8}\W*$/.test(secrets.text(form)), secrets.text(form));
  });

  it('masks secrets of one to three characters where they are as words', () => {
    const secrets = knowing('abc', 'x1', '7');
    assert.equal(
      secrets.text('abc abcd "abc" x1, x12 7 77 a7'),
      `${masked} abcd "${masked}" ${masked}, x12 ${masked} 77 a7`,
    );
  });

  it('masks each line of a secret of several, but for the frame of a key', () => {
    const secrets = knowing(
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA\n}\n-----END OPENSSH PRIVATE KEY-----\n',
    );
    assert.equal(secrets.text('x b3BlbnNzaA } y'), `x ${masked} } y`);
    assert.equal(secrets.text('-----BEGIN OPENSSH PRIVATE KEY-----'), '-----BEGIN OPENSSH PRIVATE KEY-----');
  });

  it('takes no mark of a locked password for a secret', () => {
    const script = 'if ! test -e /x; then echo a!!; fi';
    assert.equal(knowing('!', '!!', '*').text(script), script);
  });

  it('never takes nothing, white space or the mask itself for a secret', () => {
    const secrets = knowing('', '  ', '\n', '****', '********');
    assert.equal(secrets.text('a  b **** c'), 'a  b **** c');
  });
});
