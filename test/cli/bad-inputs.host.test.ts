/**
 * Each wrong input is one diagnostic that says what, where and how to mend it; the program ends with 2 before it contacts any host, and
 * never hangs. Runs the installed program in a few processes at once.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { patiently } from '../support/patience.js';
import { type Ended, programPath, runProgram } from '../support/program.js';
import { someOf } from '../support/slow.js';
import { badInputs, type BadInput } from './bad-inputs.js';

const atOnce = 4;
const patienceMs = patiently(20_000);

describe('cli: bad inputs', function () {
  this.timeout(600_000);
  const only = process.env['RTPROV_BAD_INPUTS'];
  const inputs =
    only === undefined ? someOf(badInputs, () => false) : badInputs.filter(({ name }) => name.includes(only));
  const ends = new Map<BadInput, Ended>();
  let folder: string;
  let server: Server;
  let contacts = 0;
  let port = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-bad-'));
    server = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as { port: number });
    programPath();
    const queue = [...inputs.entries()];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, input] = next;
        ends.set(input, await given(input, join(folder, String(index))));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((done) => server.close(done));
  });

  async function given(input: BadInput, at: string): Promise<Ended> {
    const files = {
      'inventory.ini': `h1 ansible_host=127.0.0.1 ansible_port=${port}\n`,
      'play.yaml': '- hosts: all\n  gather_facts: false\n  tasks: [{ command: /bin/true }]\n',
      ...input.files,
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(at, name)), { recursive: true });
      writeFileSync(join(at, name), content);
    }
    if (input.setup !== undefined) execFileSync('sh', ['-ec', input.setup], { cwd: at });
    const ended = await runProgram(input.args ?? ['run', 'play.yaml', '-i', 'inventory.ini'], {
      cwd: at,
      timeoutMs: patienceMs,
    });
    rmSync(at, { recursive: true });
    return ended;
  }

  it('are at least 300, each of its own', () => {
    assert.ok(badInputs.length >= 300, `${badInputs.length} inputs`);
    const names = badInputs.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it('contact no host', () => assert.equal(contacts, 0));

  for (const input of inputs) {
    it(input.name.slice(0, 120), () => {
      const ended = ends.get(input);
      assert.ok(ended !== undefined);
      const shown = ended.stderr + ended.stdout;
      assert.equal(ended.timedOut, false, `it hung: ${shown.slice(0, 1000)}`);
      assert.equal(ended.code, 2, shown.slice(0, 3000));
      assert.doesNotMatch(
        shown,
        /bug in rtprov|^ +at .*:\d+:\d+\)?$|undefined|\[object|\bE(NOENT|NOTDIR|ACCES|ISDIR|LOOP|EXIST)\b/m,
        shown.slice(0, 3000),
      );
      const diagnostics = ended.stderr.match(/^Error: /gm)?.length ?? 0;
      const errors = ended.stderr.match(/^error [A-Z_]+: /gm)?.length ?? 0;
      assert.equal(diagnostics + errors, 1, `one diagnostic:\n${shown.slice(0, 3000)}`);
      if (diagnostics === 1) assert.match(ended.stderr, /^ {2}\S.*:\d+:\d+$|^ {2}--[a-z]/m, 'it says where');
      assert.match(
        ended.stderr,
        diagnostics === 1 ? /^ +Hint: /m : /^error .*\n {2}\S/m,
        `it says how to repair it:\n${shown}`,
      );
      assert.ok(shown.length < 20_000, 'it is short');
    });
  }
});
