/** The methods of the calls that NetBackup's API has. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const isMethod = (text: string): text is (typeof METHODS)[number] =>
  METHODS.some((method) => method === text);
