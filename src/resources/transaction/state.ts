/** What a package transaction would do. Plain JSON. */
import type { UnitState } from '../unit/state.js';
import type { FileState } from '../file/state.js';

/** Asks what a package transaction would do. Canonical JSON of it is the resource's name. */
export interface TransactionRequest {
  /** `name`, `name=version`, in the task's order. */
  readonly install: readonly string[];
  readonly remove: readonly string[];
  readonly purge: boolean;
  readonly autoremove: boolean;
  readonly upgrade?: 'safe' | 'full' | 'dist';
  /** Upgrade named packages that are installed already (state latest). */
  readonly latest: boolean;
  readonly allowDowngrade: boolean;
  readonly recommends?: boolean;
  readonly defaultRelease?: string;
  /** Refresh the package lists first. In check mode into private folders that are removed afterwards. */
  readonly updateCache: boolean;
  readonly cacheValidSeconds: number;
  /** Also look into the packages that would be new: what files and units they ship (check mode). */
  readonly look: boolean;
}

export interface TransactionState {
  /** Every package whose version changes, dependencies included, with its versions; as the package manager itself says. */
  readonly changes: readonly {
    readonly name: string;
    readonly from?: string;
    readonly to?: string;
    readonly auto: boolean;
    /** It goes, and dpkg remembers it until it is purged: it has configuration files, or a script that a purge calls. */
    readonly leaves?: true;
  }[];
  /** The package manager's complaint (no such package, held broken packages, ...), first lines. */
  readonly error?: string;
  /** The lists would really be refreshed (update_cache and older than cacheValidSeconds). */
  readonly refreshes: boolean;
  /** Only with `look`: what new packages ship, by absolute path. */
  readonly ships?: Readonly<Record<string, FileState>>;
  /** Only with `look`: what new packages ship besides, by absolute path; too large or not text, so without a state. */
  readonly paths?: readonly string[];
  /** Only with `look`: which of `ships` are configuration files of dpkg, kept when they are there already. */
  readonly conffiles?: readonly string[];
  /** Only with `look`: configuration files that are as the package of before shipped them; dpkg replaces only these. */
  readonly unedited?: readonly string[];
  /** Only with `look`: files of the packages of before. */
  readonly owned?: readonly string[];
  /** Only with `look`: files and units that go. */
  readonly removes?: {
    readonly files: readonly string[];
    readonly units: readonly { readonly name: string; readonly state: UnitState }[];
  };
  /** Only with `look`: units that new packages ship, with the state that their maintainer scripts give them; unknown ones are left out of the prediction by `certain: false`. */
  readonly units?: readonly { readonly name: string; readonly state: UnitState; readonly certain: boolean }[];
  /** Names of packages whose present versions no source has any more, and that undo would have to bring back. */
  readonly unavailable: readonly string[];
  /** Releases (uname -r) of the kernels among the new packages, where the package manager knows them (dnf: `kernel-uname-r`). */
  readonly kernels?: readonly string[];
}

declare module '../resource.js' {
  interface StateByKind {
    /** Read only: what one package transaction would do. Its name is the canonical JSON of a TransactionRequest. */
    readonly transaction: TransactionState;
  }
}
