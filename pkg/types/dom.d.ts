import type { Reason } from "./decision.js";
import type { Live, Question, Standing } from "./live.js";
import type { PermissionName } from "./request.js";

/** What is said of controls. What is left out is said in English. */
export interface Messages {
  /** Why a control is blocked. */
  reasons?: Partial<Record<Reason, string>>;
  /** What the gate may ask for, told beforehand where a control has a note. */
  asks?: Partial<Record<Extract<Standing, { state: "conditional" }>["ask"], string>>;
  /** Somebody tries a control that is blocked. */
  blocked?(control: string, reason: string): string;
  /** Controls that went away or were blocked. */
  closed?(controls: string[]): string;
  opened?(controls: string[]): string;
  /** There is no slice. */
  failed?(): string;
  /** A reason that has no words. */
  unknown?(): string;
}

/** Follows a live slice in a part of a page. */
export interface Controls {
  /**
   * Looks at every control again, say after a fact that `question` tells has changed; or at those of
   * one part of the page.
   */
  refresh(part?: Element): void;
  /** Sets `data-can` and `data-scope`, with the names that the policy has. */
  mark(element: Element, permission: PermissionName, scope?: string): void;
  /** Follows no longer. What is hidden or blocked stays so, with its reasons. */
  stop(): void;
}

/**
 * Draws each element with `data-can` as it stands: hidden where the member never may, disabled with
 * a reason where it is blocked now. Also those that are added later.
 */
export declare function createControls(parts: {
  live: Live;
  /** The whole page, if absent. */
  root?: Document | Element;
  /** By language: `hr`, `fr-CH`. */
  messages?: Readonly<Record<string, Messages>>;
  /** The page's own, if absent. */
  language?: string;
  /** More facts of what a control would ask, as far as the page knows them. */
  question?(element: Element): Omit<Question, "permission"> | undefined;
  /** Where changes are announced, with `role="status"`; one is made, if absent. */
  status?: Element;
}): Controls;
