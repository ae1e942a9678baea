import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { speech } from ".";
import { en } from "./en";
import { ja } from "./ja";

const holes = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]))].sort();

describe("the two catalogues", () => {
  it("have the same keys", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ja).sort());
    expect(Object.keys(ja).length).toBeGreaterThan(200);
  });

  it("leave no text empty and ask for the same values", () => {
    for (const key of Object.keys(ja) as (keyof typeof ja)[]) {
      expect(ja[key], key).not.toBe("");
      expect(en[key], key).not.toBe("");
      expect(holes(en[key]), key).toEqual(holes(ja[key]));
    }
  });

  it("have Japanese in the one and none in the other", () => {
    const kana = /[\u3040-\u30ff]/;
    const other = new Set(["app.language", "app.language.label"]);
    expect(Object.values(ja).some((text) => kana.test(text))).toBe(true);
    for (const [key, text] of Object.entries(en)) if (!other.has(key)) expect(kana.test(text), key).toBe(false);
  });

  it("have short names for detections that there are", () => {
    const found = new Set(readdirSync("../knowledge/detections").map((name) => `detection.${name.replace(".toml", "")}`));
    expect(found.size).toBeGreaterThan(2);
    expect(Object.keys(ja).filter((key) => key.startsWith("detection.") && !found.has(key))).toEqual([]);
  });

  it("have plain words for every protocol that Hinomi recognises", () => {
    const known = [...readFileSync("../knowledge/services.toml", "utf8").matchAll(/^id = "(.+)"$/gm)].map((found) => `service.${found[1]}`);
    expect(known.length).toBeGreaterThan(50);
    expect(known.filter((key) => !(key in ja))).toEqual([]);
  });

  it("are all used somewhere", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("texts/") && !name.startsWith("api/schema"))
      .map((name) => readFileSync(`src/${name}`, "utf8"));
    const source = files.join("\n");
    const unused = Object.keys(ja).filter((key) => {
      if (source.includes(`"${key}"`)) return false;
      const stem = key.slice(0, key.lastIndexOf("."));
      const parent = key.split(".")[0] ?? "";
      // Keys that are put together: t(`status.${…}`), id("service", …).
      return !(source.includes(`\`${stem}.$`) || source.includes(`id("${stem}"`) || source.includes(`id("${parent}"`) || new RegExp(`\`${stem.replaceAll(".", "\\.")}\\.\\$\\{\\w+(\\.\\w+)?\\}`).test(source) || new RegExp(`\`${parent}\\.\\w+\\.\\$\\{`).test(source));
    });
    expect(unused).toEqual([]);
  });
});

describe("speech", () => {
  it("fills values and leaves unknown ids readable", () => {
    const { t, id, w } = speech("en");
    expect(t("today.needs.many", { n: 3 })).toBe("3 things need you.");
    expect([1, 2].map((n) => t("map.zone.findings", { n }))).toEqual(["1 finding", "2 findings"]);
    expect(id("service", "quux")).toBe("quux");
    expect(id("service", "ntp")).toBe("NTP (time)");
    expect(w({ ja: "一", en: "one" })).toBe("one");
  });
});
