// node scripts/check-bundle.mjs PROGRAM: whether all that the installed bundle loads is there. An import() in it fails at the moment
// it is reached, as the launcher compiles the bundle as a script; a require() fails when its module is neither Node's nor in the bundle.
import { realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** Loaded within try: the program does without them. */
const optional = new Map([
  ['chokidar', 'nunjucks watches templates with it when it is asked to, and it never is'],
  ['cpu-features', 'ssh2 orders ciphers by it'],
  ['./crypto/build/Release/sshcrypto.node', "ssh2's native ciphers; Node's own serve"],
]);

const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: node scripts/check-bundle.mjs PROGRAM');
const bundle = join(dirname(realpathSync(program)), 'rtprov.cjs');
const require = createRequire(bundle);
const loads = [];

const result = await build({
  entryPoints: [bundle],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  logLevel: 'silent',
  // Calls whose argument is not a text cannot be resolved here, so there may be none.
  logOverride: { 'unsupported-dynamic-import': 'warning', 'unsupported-require-call': 'warning' },
  plugins: [
    {
      name: 'collect',
      setup({ onResolve }) {
        onResolve({ filter: /.*/ }, ({ kind, path }) => {
          if (kind === 'entry-point') return undefined;
          loads.push({ kind, path });
          return { external: true, path };
        });
      },
    },
  ],
});

const faults = result.warnings
  .filter(({ id }) => id.startsWith('unsupported-'))
  .map(({ text, location }) => `${text} (column ${location?.column})`);
for (const { kind, path } of loads) {
  if (kind === 'dynamic-import') faults.push(`import(${JSON.stringify(path)}) is left in the bundle`);
  else if (!isBuiltin(path) && !optional.has(path)) {
    try {
      require.resolve(path);
    } catch {
      faults.push(`${kind} of ${JSON.stringify(path)}: there is no such module beside the bundle`);
    }
  }
}
if (loads.length === 0) faults.push('the bundle loads nothing: it was not understood');
for (const fault of faults) console.error(`${bundle}: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${loads.length} loads of the bundle can be resolved`);
