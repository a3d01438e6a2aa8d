/** Sign-in at the identity provider, where the deployment has one, and why it did not succeed. */
import { useEffect, useState } from 'preact/hooks';
import { API_URL, consolePath } from '../urls.ts';
import { shellWords } from './words.ts';

/** Whether the deployment offers it. Who cannot be told still has the field for a key. */
const isOffered = async (): Promise<boolean> => {
  const response = await fetch(`${API_URL}/v1/sign-in`).catch(() => undefined);
  if (!response?.ok) return false;
  return ((await response.json()) as { readonly oidc?: object }).oidc !== undefined;
};

/** The view to come back to, below `/console` as the API names it, without the reason of an earlier attempt. */
const returnTo = (): string => {
  const { pathname, search } = location;
  const query = new URLSearchParams(search);
  query.delete('signIn');
  return `/console${pathname.slice(consolePath('').length)}${query.size === 0 ? '' : `?${query}`}`;
};

export const ProviderSignIn = () => {
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    isOffered().then(setOffered, () => setOffered(false));
  }, []);
  const { signInFailed, signInOidc } = shellWords();
  const reason = new URLSearchParams(location.search).get('signIn') ?? '';
  return (
    <>
      {Object.hasOwn(signInFailed, reason) && (
        <p class="notice notice-warning" role="alert">
          {signInFailed[reason as keyof typeof signInFailed]}
        </p>
      )}
      {offered && (
        <a class="button" href={`${API_URL}/v1/sign-in/oidc?returnTo=${encodeURIComponent(returnTo())}`}>
          {signInOidc}
        </a>
      )}
    </>
  );
};
