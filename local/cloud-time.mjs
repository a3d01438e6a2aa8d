/** The time of the local cloud in the processes that it starts. Plain JavaScript, so that they need no TypeScript loader. */

const MachineDate = Date;
const machineNow = Date.now;
let aheadMs = 0;

// Also for a program that keeps this function and gets the time later.
MachineDate.now = () => machineNow() + aheadMs;

/** The time of the machine, shifted to that of the local cloud's clock. */
class CloudDate extends MachineDate {
  constructor(...args) {
    if (args.length === 0) super(MachineDate.now());
    else super(...args);
  }
}

/** Shifts the time of this process when a test has shifted the clock of the local cloud. @param now epoch ms */
export function setTime(now) {
  const difference = now - machineNow();
  aheadMs = Math.abs(difference) > 1000 ? difference : 0;
  globalThis.Date = aheadMs === 0 ? MachineDate : CloudDate;
}
