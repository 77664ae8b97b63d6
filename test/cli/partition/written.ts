/** Runs a command within the test, and keeps what it writes. */
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

/** The recorded machine that each host of the example inventory is planned for. */
export const examples = {
  kvm1: 'test/topologies/32intel64-2p8co2t+8ve.tar.bz2',
  kvm2: 'test/topologies/40intel64-2g2n4c+pcilocality.tar.bz2',
  kvm3: 'test/topologies/nvidia-dgx-gb10.tar.bz2',
} as const;
