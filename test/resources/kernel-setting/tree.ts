/** Settings of the kernel as files of a folder, with a stand-in of the kernel that writes them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kernelSettingKind } from '../../../src/resources/kernel-setting/kind.js';
import { KindTarget, onThisMachine, type Runner, type ShellName } from '../kind-shell.js';

/** What the kernel makes of a write: masks get their width, lists their brackets, and what it does not know it refuses. */
const kernel = `
dd() {
  for word; do case $word in of=*) file=\${word#of=} ;; esac; done
  read -r text
  case $file in
    */smp_affinity)
      text=\${text#00000000,}
      case $text in *[!0-9a-f]* | '') echo "dd: error writing '$file': Invalid argument" >&2; return 1 ;; esac
      printf '00000000,%08x\\n' "0x$text" >"$file"
      ;;
    */enabled)
      case $text in always | madvise | never) ;; *) echo "dd: error writing '$file': Invalid argument" >&2; return 1 ;; esac
      echo 'always madvise never' | sed "s/$text/[$text]/" >"$file"
      ;;
    */cpuset.cpus.partition) printf '%s invalid (Cpu list in cpuset.cpus not exclusive)\\n' "$text" >"$file" ;;
    */busy) echo "dd: error writing '$file': Device or resource busy" >&2; return 1 ;;
    *) printf '%s\\n' "$text" >"$file" ;;
  esac
}
`;

export class Tree {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-setting-'));

  /** Writes a file by its path as a target has it. */
  put(path: string, content: string | Buffer): void {
    mkdirSync(dirname(this.real(path)), { recursive: true });
    writeFileSync(this.real(path), content);
  }

  text(path: string): string {
    return readFileSync(this.real(path), 'utf8');
  }

  real(path: string): string {
    return `${this.dir}${path}`;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  /** Paths below /sys and /proc/irq are in the folder, in scripts as in answers. */
  private readonly runner: Runner = async (script, shell) => {
    const moved = script.replace(/(?<![\w/])\/(sys|proc\/irq)(?=[/ ])/g, (path) => this.real(path));
    const done = await onThisMachine(kernel + moved, shell);
    const back = (text: string): string => text.replaceAll(this.dir, '');
    return {
      status: done.status,
      stdout: Buffer.from(back(done.stdout.toString('latin1')), 'latin1'),
      stderr: back(done.stderr),
    };
  };

  target(shell: ShellName): KindTarget<'kernel_setting'> {
    return new KindTarget(kernelSettingKind, this.runner, shell, join(this.dir, 'state'));
  }
}
