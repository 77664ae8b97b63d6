/** Names by which the menu, the kernel's command line and the target know a trial boot. */

/** Ids of rtprov's own menu entries in custom.cfg. */
export const knownGoodId = 'rtprov-known-good';
export const trialId = 'rtprov-trial';

/** On the trial's command line, so that it can be distinguished from any other boot. A dotted name is taken for a module's and not complained of. */
export const trialMarker = 'rtprov.trial';
