import { expect, it } from "vitest";
import { shortNames } from "./words";

it("leaves the network out of a proposed name only where the rest is enough", () => {
  const names = new Map([
    ["a", "手術室 10.30.1.0/24"],
    ["b", "病棟 10.40.1.0/24"],
    ["c", "病棟 10.40.2.0/24"],
    ["d", "薬剤部"],
  ]);
  expect([...shortNames(names).values()]).toEqual(["手術室", "病棟 10.40.1.0/24", "病棟 10.40.2.0/24", "薬剤部"]);
});
