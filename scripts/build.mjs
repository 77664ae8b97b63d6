// Makes dist/ and schema/. The sources are put together with their packages into a few files, because loading a thousand modules
// one by one takes Node longer than a whole run needs (docs/adr/0005). Types are checked by `npm run typecheck`.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const at = (path) => new URL(`../${path}`, import.meta.url).pathname;

rmSync(at('dist'), { recursive: true, force: true });
await build({
  entryPoints: [at('src/cli/main.ts')],
  outdir: at('dist/cli'),
  bundle: true,
  splitting: true,
  // ssh2 has optional native parts; listr2 is loaded on terminals only.
  external: ['ssh2', 'listr2'],
  minifyWhitespace: true,
  minifySyntax: true,
  // CommonJS packages ask for Node's own modules with require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  legalComments: 'none',
});
chmodSync(at('dist/cli/main.js'), 0o755);
rmSync(at('schema'), { recursive: true, force: true });
execFileSync(process.execPath, [at('dist/cli/main.js'), 'schema', '--out', at('schema')], {
  stdio: 'inherit',
});
