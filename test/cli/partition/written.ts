/** Runs a command within the test, and keeps what it writes. */
import assert from 'node:assert/strict';
import { templateCommand, templateNames } from '../../../src/cli/commands/template.js';

export interface Written {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function keep(stream: NodeJS.WriteStream): { text: string; end: () => void } {
  const real = stream.write.bind(stream);
  const kept = {
    text: '',
    end: () => {
      stream.write = real;
    },
  };
  stream.write = (chunk: string | Uint8Array): boolean => {
    kept.text += chunk.toString();
    return true;
  };
  return kept;
}

export async function written(work: () => Promise<number>): Promise<Written> {
  const [stdout, stderr] = [keep(process.stdout), keep(process.stderr)];
  try {
    const code = await work();
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    stdout.end();
    stderr.end();
  }
}

/** Options of the commands that only matter where a host is asked. */
export const noContact = {
  extraVars: [],
  acceptNew: false,
  become: false,
  askBecomePass: false,
  askPass: false,
} as const;

/** All templates of the package as one text, each under its name. */
export async function allTemplates(
  inventory: readonly string[],
  host: string,
  topology: string,
): Promise<string> {
  const texts: string[] = [];
  for (const name of templateNames()) {
    // Of a loop over slices; the others do not look at it.
    const extraVars = ['{"item": {"key": "system.slice", "value": "{{ rt_plan.housekeeping }}"}}'];
    const options = { ...noContact, extraVars, inventory, name, host, topology };
    const { code, stdout, stderr } = await written(() => templateCommand(options));
    assert.deepEqual([code, stderr], [0, ''], name);
    texts.push(`===== ${name}\n${stdout}`);
  }
  return texts.join('\n');
}

/** The recorded machine that each host of the example inventory is planned for. */
export const examples = {
  kvm1: 'test/topologies/32intel64-2p8co2t+8ve.tar.bz2',
  kvm2: 'test/topologies/40intel64-2g2n4c+pcilocality.tar.bz2',
  kvm3: 'test/topologies/nvidia-dgx-gb10.tar.bz2',
} as const;
