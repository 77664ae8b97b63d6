/** Which steps of a window may change a resource that a later step of it is for: what they left of it is not drift then. Pure. */
import { kindOf } from '../../resources/registry.js';
import { keyOf, type Change, type KindName, type ResourceKind } from '../../resources/resource.js';
import type { WindowStep } from './steps.js';

/** What steps of a window may have changed, by the marks that their kinds give (ResourceKind.disturbedBy). */
export class Disturbance {
  /** A command may change anything. */
  private commands = false;
  private readonly marks = new Set<string>();

  constructor(steps: readonly WindowStep['step'][] = []) {
    for (const step of steps) this.add(step);
  }

  add(step: WindowStep['step']): void {
    if (step.type === 'command') this.commands = true;
    else if (step.type === 'action') this.marks.add('action');
    else {
      const { change } = step;
      this.marks.add(change.id.kind).add(keyOf(change.id));
      for (const mark of kindOf<KindName>(change.id.kind).disturbs?.(change) ?? []) this.marks.add(mark);
    }
  }

  /** May they have changed the resource of this change? */
  reaches(later: Change): boolean {
    if (this.commands || this.marks.has(keyOf(later.id))) return true;
    return kindOf<KindName>(later.id.kind)
      .disturbedBy(later)
      .some((mark) => this.marks.has(mark));
  }
}

/**
 * May these steps change what an earlier step of the window wrote? A kind that guards itself takes its own resources' place only, and
 * then the last change of one counts.
 */
export function mayUndo(steps: readonly WindowStep['step'][], earlier: Change): boolean {
  const kindIn = ({ change }: Extract<WindowStep['step'], { type: 'change' }>): ResourceKind<KindName> =>
    kindOf<KindName>(change.id.kind);
  const others = steps.filter((step) => step.type !== 'change' || kindIn(step).guardsItself !== true);
  return (
    others.some((step) => step.type !== 'change' || kindIn(step).runsPrograms === true) ||
    new Disturbance(others).reaches(earlier)
  );
}
