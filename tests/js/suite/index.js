import { decisions } from "./decisions.js";
import { guards } from "./guards.js";
import { hostile } from "./hostile.js";
import { lifetime } from "./lifetime.js";
import { lists } from "./lists.js";
import { loading } from "./loading.js";
import { sessions } from "./sessions.js";

/** All that must hold in every runtime. The library is an argument: entry points differ. */
export async function suite(test, library, fixtures) {
  const store = fixtures["store.kyrk"];
  for (const part of [loading, hostile, decisions, guards, sessions, lists, lifetime]) {
    await part(test, library, store);
  }
}
