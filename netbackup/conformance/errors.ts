/** The endpoint violates the clause; the message is the evidence. */
export class ClauseFailed extends Error {
  override readonly name = 'ClauseFailed';
}

/** The clause cannot be checked in this run; the message is the reason. */
export class NotCheckable extends Error {
  override readonly name = 'NotCheckable';
}
