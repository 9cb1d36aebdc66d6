import {
  initSync,
  preparsePolicySet,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/web";

import module from "../../../node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm";
import told from "./told.txt";

export default {
  fetch() {
    const { policies, call } = JSON.parse(told);
    initSync({ module });
    const parsed = preparsePolicySet("cold", { staticPolicies: policies });
    if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
    const { response } = statefulIsAuthorized({ ...call, preparsedPolicySetId: "cold" });
    return Response.json(response.decision === "allow");
  },
};
