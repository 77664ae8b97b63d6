import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { transactionKind } from '../../../src/resources/transaction/kind.js';
import {
  globPattern,
  isGlob,
  parseTransactionName,
  transactionName,
} from '../../../src/resources/transaction/request.js';
import { request } from './requests.js';

describe('the name of a transaction', () => {
  it('is the same for the same request, whatever the order of its keys', () => {
    const one = request({ install: ['a'], look: true });
    assert.equal(
      transactionName(one),
      transactionName(Object.fromEntries(Object.entries(one).reverse()) as typeof one),
    );
    assert.deepEqual(parseTransactionName(transactionName(one)), one);
  });

  it('holds only what apt could be asked for', () => {
    for (const install of ['a', 'a:amd64', 'a=1:2.3-4~x+y', 'a=1.2*', 'lib*-dev', 'a/stable', 'g++', '*']) {
      assert.deepEqual(parseTransactionName(transactionName(request({ install: [install] }))).install, [
        install,
      ]);
    }
    for (const install of ['', '-y', 'a-', 'a b', 'a;b', '$(a)', 'a\nb', '--purge', "a'b"]) {
      assert.throws(
        () => parseTransactionName(transactionName(request({ install: [install] }))),
        { code: 'BAD_NAME' },
        install,
      );
    }
    assert.throws(() => parseTransactionName('x'), { code: 'BAD_NAME' });
  });

  it('becomes apt options', () => {
    const text = (more: Parameters<typeof request>[0]): string =>
      transactionKind.read([{ kind: 'transaction', name: transactionName(request(more)) }]).text;
    const verb = (more: Parameters<typeof request>[0]): string =>
      /rtp_transaction_read \S+ \S+ \S+ ('[^']*'|\S+)/.exec(text(more))?.[1] ?? '';
    assert.equal(verb({ install: ['a'], remove: ['b'] }), 'install');
    assert.equal(verb({ remove: ['b'] }), 'remove');
    assert.equal(verb({ remove: ['b'], purge: true }), 'purge');
    assert.equal(verb({ upgrade: 'safe' }), "'upgrade --with-new-pkgs'");
    assert.equal(verb({ upgrade: 'dist' }), 'dist-upgrade');
    assert.equal(verb({ autoremove: true }), 'autoremove');
    assert.match(
      text({ install: ['a'], recommends: false, defaultRelease: 'bookworm-backports' }),
      /--no-install-recommends -t bookworm-backports/,
    );
    assert.throws(() => text({ install: ['a'], defaultRelease: 'a; b' }), { code: 'BAD_NAME' });
  });
});

describe('patterns of package names', () => {
  it('match as fnmatch does', () => {
    assert.ok(isGlob('lib*') && isGlob('a[12]') && !isGlob('a') && !isGlob('a=1.*'));
    const names = ['a', 'ab', 'a.b', 'a+b', 'libx-dev', 'g++', 'b1', 'b2', 'b3'];
    const check = (glob: string, matching: readonly string[]): void => {
      const pattern = new RegExp(globPattern(glob));
      assert.deepEqual(
        names.filter((name) => pattern.test(name)),
        matching,
        glob,
      );
    };
    check('*', names);
    check('a?b', ['a.b', 'a+b']);
    check('a.b', ['a.b']);
    check('g++', ['g++']);
    check('b[12]', ['b1', 'b2']);
    check('b[!12]', ['b3']);
  });

  it('match in the shell as in awk', () => {
    const part = fc.constantFrom('a', 'b', '+', '.', '-', '1', '*', '?', '[ab]', '[!a]');
    const glob = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const name = fc
      .array(fc.constantFrom('a', 'b', '+', '.', '-', '1'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        const script =
          'case $1 in $2) echo yes ;; *) echo no ;; esac; printf "%s\\n" "$1" | awk -v p="$3" "{ print (\\$0 ~ p) ? \\"yes\\" : \\"no\\" }"';
        const done = spawnSync('sh', ['-c', script, 'sh', text, pattern, globPattern(pattern)], {
          encoding: 'utf8',
        });
        const [byShell, byAwk] = done.stdout.trim().split('\n');
        assert.equal(byAwk, byShell, `${pattern} on ${text}`);
      }),
      { numRuns: 60 },
    );
  });
});
