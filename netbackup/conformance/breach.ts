/** The clause does not hold; the message is the evidence. */
export class Breach extends Error {
  override readonly name = 'Breach';
}

/** It cannot be tried here; the message says why. */
export class NotCheckable extends Error {
  override readonly name = 'NotCheckable';
}
