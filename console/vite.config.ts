import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The server puts the nonce of each answer where this word stands.
  html: { cspNonce: "HINOMI_NONCE" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    manifest: "manifest.json",
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8733", changeOrigin: true } } },
});
