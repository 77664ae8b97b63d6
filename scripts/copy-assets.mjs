// Makes what tsc does not: the executable bit of the bin, and the JSON Schemas from the built code.
import { chmodSync } from 'node:fs';
chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
