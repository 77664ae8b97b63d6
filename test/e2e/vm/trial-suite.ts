/** A suite of trial boots on one machine, which is put back before each of them. */
import { say } from './machines.js';
import { type SubjectOptions, TrialSubject } from './trial-subject.js';

export function describeTrials(
  name: string,
  options: SubjectOptions,
  tests: (subject: () => TrialSubject) => void,
): void {
  describe(name, function () {
    this.timeout(1_800_000);
    let subject: TrialSubject;

    before(async () => {
      subject = await TrialSubject.up(options);
    });

    beforeEach(() => subject.reset());

    afterEach(function () {
      // Mocha reports at the end, many minutes later.
      if (this.currentTest?.err !== undefined) say(this.currentTest.err.message);
      subject.killAll();
    });

    after(() => subject.down());

    tests(() => subject);
  });
}
