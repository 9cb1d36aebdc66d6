import cedar from "@cedar-policy/cedar-wasm/nodejs";

export function first({ policies, call }) {
  const parsed = cedar.preparsePolicySet("cold", { staticPolicies: policies });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  const answer = cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId: "cold" });
  return answer.response.decision === "allow";
}
