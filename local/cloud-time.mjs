/** The time of the local cloud in the processes that it starts. Plain JavaScript, so that they need no TypeScript loader. */

const MachineDate = Date;
let aheadMs = 0;

/** The time of the machine, shifted to that of the local cloud's clock. */
class CloudDate extends MachineDate {
  constructor(...args) {
    if (args.length === 0) super(CloudDate.now());
    else super(...args);
  }
  static now() {
    return MachineDate.now() + aheadMs;
  }
}

/** Shifts the time of this process when a test has shifted the clock of the local cloud. @param now epoch ms */
export function setTime(now) {
  aheadMs = now - MachineDate.now();
  globalThis.Date = Math.abs(aheadMs) > 1000 ? CloudDate : MachineDate;
}
