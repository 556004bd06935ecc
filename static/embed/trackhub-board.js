// <trackhub-board club="harbour" show="records|results" theme="light|dark" lang="en|es|pt" query="sex=F"></trackhub-board>
// A frame with the club's board, as tall as what is in it. It stores nothing and sends nothing.
(() => {
  const home = new URL(document.currentScript.src).origin;

  class TrackHubBoard extends HTMLElement {
    static observedAttributes = ["club", "show", "theme", "lang", "query"];

    connectedCallback() {
      this.frame = document.createElement("iframe");
      this.frame.loading = "lazy";
      Object.assign(this.frame.style, { width: "100%", height: "480px", border: "0", display: "block" });
      this.fit = (event) => {
        const said = event.data;
        if (event.source !== this.frame.contentWindow || event.origin !== home || said?.trackhub !== "height") return;
        if (Number.isFinite(said.height)) this.frame.style.height = `${Math.min(Math.max(said.height, 80), 30000)}px`;
      };
      window.addEventListener("message", this.fit);
      this.show();
      this.replaceChildren(this.frame);
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.fit);
    }

    attributeChangedCallback() {
      if (this.frame) this.show();
    }

    show() {
      const what = this.getAttribute("show") === "results" ? "results" : "records";
      const address = new URL(`/embed/clubs/${encodeURIComponent(this.getAttribute("club") || "")}/${what}/`, home);
      address.search = this.getAttribute("query") || "";
      for (const name of ["theme", "lang"]) {
        const value = this.getAttribute(name);
        if (value) address.searchParams.set(name, value);
      }
      this.frame.title = this.getAttribute("title") || `TrackHub: ${what}`;
      if (this.frame.src !== address.href) this.frame.src = address.href;
    }
  }

  if (!customElements.get("trackhub-board")) customElements.define("trackhub-board", TrackHubBoard);
})();
