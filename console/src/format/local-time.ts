/** Times of form fields (`datetime-local`), in the time zone of the viewer's machine. Pure. */

/** `2026-12-01T08:00` */
export const toLocalField = (ms: number): string => {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** ISO 8601 in UTC; undefined for what is not a time. */
export const fromLocalField = (value: string): string | undefined => {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};
