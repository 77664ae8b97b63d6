/** What the engine itself does for a module, on the controller or with the connection. */
import type { Value } from '../../values/value.js';

/** How a trial that hangs is ended. */
export type WatchdogPlan =
  /** A device that systemd finds by itself, or with a module loaded at boot. */
  | { readonly type: 'hardware'; readonly module?: string }
  /** The kernel's own timer: it ends a user space that hangs, and no kernel that does. */
  | { readonly type: 'software' }
  | { readonly type: 'none' };

export type ControllerOperation =
  | { readonly op: 'pause'; readonly seconds?: number; readonly prompt?: string; readonly echo: boolean }
  | { readonly op: 'meta'; readonly action: string }
  | { readonly op: 'set_fact'; readonly facts: Readonly<Record<string, Value>> }
  | { readonly op: 'setup'; readonly subset: readonly string[]; readonly filter: readonly string[] }
  | {
      /** Variables from files on the controller: one `file`, or all below `dir` in name order. */
      readonly op: 'include_vars';
      readonly file?: string;
      readonly dir?: string;
      /** Puts all of them below this one variable. */
      readonly name?: string;
      readonly depth: number;
      readonly filesMatching?: string;
      readonly ignoreFiles: readonly string[];
      readonly extensions: readonly string[];
      readonly ignoreUnknownExtensions: boolean;
      readonly hashBehaviour: 'replace' | 'merge';
    }
  | {
      readonly op: 'fetch';
      readonly src: string;
      readonly dest: string;
      readonly flat: boolean;
      readonly failOnMissing: boolean;
    }
  | {
      readonly op: 'reboot';
      readonly timeoutSeconds: number;
      readonly preDelaySeconds: number;
      readonly postDelaySeconds: number;
      readonly connectTimeoutSeconds: number;
      readonly testCommand: string;
      readonly message: string;
      readonly command?: string;
    }
  | {
      /** A boot that is kept only when it has proven itself (docs/trial-boot.md). */
      readonly op: 'trial_reboot';
      /** Why it is needed; empty: the trial of an earlier run only waits for its confirmation. */
      readonly reasons: readonly string[];
      /** What the plan says of it. */
      readonly shown: readonly string[];
      /** The release that has to run; the one that runs now by default. */
      readonly kernel?: string;
      readonly realtime: boolean;
      /** Kernel arguments that have to be in effect, and names of those that must not be there. */
      readonly args: readonly string[];
      readonly absentArgs: readonly string[];
      /** Commands that have to succeed. */
      readonly checks: readonly string[];
      readonly confirmWithinSeconds: number;
      readonly panicSeconds: number;
      readonly watchdog: WatchdogPlan;
      readonly maxRebooting?: number;
      readonly timeoutSeconds: number;
      readonly connectTimeoutSeconds: number;
    }
  | {
      readonly op: 'wait_for_connection';
      readonly timeoutSeconds: number;
      readonly connectTimeoutSeconds: number;
      readonly sleepSeconds: number;
      readonly delaySeconds: number;
    }
  | {
      readonly op: 'wait_for';
      readonly host: string;
      readonly port?: number;
      readonly path?: string;
      readonly state: string;
      readonly searchRegex?: string;
      readonly timeoutSeconds: number;
      readonly delaySeconds: number;
      readonly sleepSeconds: number;
      readonly connectTimeoutSeconds: number;
      readonly msg?: string;
    };
