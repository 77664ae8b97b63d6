/** What users and groups have in common. Plain JSON. */

/** Ids that useradd and groupadd would choose next. */
export interface FreeIds {
  readonly normal: number;
  readonly system: number;
  /** All ids in use, each as often as it is, and login.defs' ranges: a plan with several new accounts finds the next ones with them. */
  readonly taken?: readonly number[];
  readonly ranges?: Readonly<Record<string, number>>;
}
