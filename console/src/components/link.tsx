import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { consolePath, type Query, withQuery } from '../urls.ts';

interface LinkProps {
  /** The path of a view, such as `/jobs`. */
  readonly to: string;
  readonly query?: Query;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A link to another view. */
export const Link = ({ to, query = {}, children, class: className }: LinkProps) => {
  const { path } = useLocation();
  const target = consolePath(to);
  return (
    <a
      href={withQuery(target, query)}
      class={className}
      aria-current={path === target.replace(/\/$/, '') ? 'page' : undefined}
    >
      {children}
    </a>
  );
};
