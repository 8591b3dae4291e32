//! Gathers what the portal serves and writes the table that embeds it.
//!
//! Others' files come from the packages in `package-lock.json`: installed by
//! `npm ci` into `OUT_DIR` when the lock changed, or read from the folder
//! `PORTAL_ASSETS_DIR` (laid out like `node_modules`) where there is no
//! network. Without either the build goes on with our own `fallback.css`;
//! `PORTAL_REQUIRE_ASSETS=1` makes that an error.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Files taken from packages: the name we serve, and the parts that make it.
const WANTED: &[(&str, &[&str])] = &[
    (
        "designsystemet.css",
        &[
            "@digdir/designsystemet-css/dist/theme/designsystemet.css",
            "@digdir/designsystemet-css/dist/src/index.css",
        ],
    ),
    ("designsystemet.js", &["@digdir/designsystemet-web/dist/umd/index.js"]),
    ("htmx.js", &["htmx.org/dist/htmx.min.js"]),
    ("htmx-sse.js", &["htmx.org/dist/ext/hx-sse.min.js"]),
    ("inter-latin.woff2", &["@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"]),
    ("inter-latin-ext.woff2", &["@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"]),
];

/// Icons of the sprite: the name templates use, and the package's file.
const ICONS: &[(&str, &str)] = &[
    ("archive", "Archive"),
    ("arrow-left", "ArrowLeft"),
    ("arrow-right", "ArrowRight"),
    ("bell", "Bell"),
    ("branching", "Branching"),
    ("bulb", "LightBulb"),
    ("buildings", "Buildings3"),
    ("calendar", "Calendar"),
    ("chat", "Chat"),
    ("check", "CheckmarkCircle"),
    ("circle", "Circle"),
    ("clock", "Clock"),
    ("cross", "XMarkOctagon"),
    ("download", "Download"),
    ("envelope", "EnvelopeClosed"),
    ("external", "ExternalLink"),
    ("eye", "Eye"),
    ("file", "FileText"),
    ("globe", "Globe"),
    ("group", "PersonGroup"),
    ("handshake", "Handshake"),
    ("hourglass", "Hourglass"),
    ("info", "InformationSquare"),
    ("leave", "Leave"),
    ("lock", "PadlockLocked"),
    ("megaphone", "Megaphone"),
    ("paperclip", "Paperclip"),
    ("pause", "Pause"),
    ("pencil", "Pencil"),
    ("person", "PersonCircle"),
    ("pin", "LocationPin"),
    ("plus", "Plus"),
    ("printer", "PrinterSmall"),
    ("search", "MagnifyingGlass"),
    ("shield", "ShieldCheckmark"),
    ("star", "Star"),
    ("tasks", "Tasklist"),
    ("trash", "Trash"),
    ("upload", "Upload"),
    ("warning", "ExclamationmarkTriangle"),
];

type Files = BTreeMap<String, Vec<u8>>;

fn main() {
    for watched in ["build.rs", "package.json", "package-lock.json", "assets"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-env-changed=PORTAL_ASSETS_DIR");
    println!("cargo::rerun-if-env-changed=PORTAL_REQUIRE_ASSETS");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = match packages(&out).and_then(|folder| taken(&folder)) {
        Ok(files) => files,
        Err(why) if env::var_os("PORTAL_REQUIRE_ASSETS").is_some_and(|v| v != "0") => {
            println!("cargo::error=the portal's packages are missing: {why}");
            return;
        }
        Err(why) => {
            println!(
                "cargo::warning=the portal is built in its plain looks: {why} (see crates/portal/README.md)"
            );
            Files::new()
        }
    };
    let complete = !files.is_empty();
    if let Err(error) = own(&mut files, complete).and_then(|()| write(files, complete, &out)) {
        println!("cargo::error=the portal's assets: {error}");
    }
}

/// The folder in which the packages lie.
fn packages(out: &Path) -> Result<PathBuf, String> {
    if let Some(folder) = env::var_os("PORTAL_ASSETS_DIR") {
        println!("cargo::rerun-if-changed={}", folder.display());
        return Ok(folder.into());
    }
    let lock = fs::read("package-lock.json").map_err(|e| format!("package-lock.json: {e}"))?;
    let folder = out.join("npm");
    // Written last, so a broken installation is not taken for a whole one.
    let stamp = folder.join("installed.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(folder.join("node_modules"));
    }
    let copied = fs::create_dir_all(&folder)
        .and_then(|()| fs::copy("package.json", folder.join("package.json")))
        .and_then(|_| fs::copy("package-lock.json", folder.join("package-lock.json")));
    copied.map_err(|e| format!("{}: {e}", folder.display()))?;
    let npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder)
        .output()
        .map_err(|e| format!("npm can't be run: {e}"))?;
    if !npm.status.success() {
        let said = String::from_utf8_lossy(&npm.stderr);
        return Err(format!("npm ci failed: {}", said.lines().next().unwrap_or("without a word")));
    }
    fs::write(&stamp, lock).map_err(|e| e.to_string())?;
    Ok(folder.join("node_modules"))
}

/// What we want of the packages.
fn taken(folder: &Path) -> Result<Files, String> {
    let read = |part: &str| fs::read(folder.join(part)).map_err(|e| format!("{part}: {e}"));
    let mut files = Files::new();
    for (name, parts) in WANTED {
        let mut whole = Vec::new();
        for part in *parts {
            whole.extend(read(part)?);
        }
        files.insert((*name).to_owned(), without_map(name, whole));
    }
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for (name, file) in ICONS {
        let svg = read(&format!("@navikt/aksel-icons/dist/svg/{file}.svg"))?;
        let svg = String::from_utf8_lossy(&svg);
        let start = svg.find('>').map_or(0, |i| i + 1);
        let end = svg.rfind("</svg>").unwrap_or(svg.len());
        let shapes = svg.get(start..end).unwrap_or_default().trim();
        let _ = writeln!(sprite, "<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{shapes}</symbol>");
    }
    sprite.push_str("</svg>\n");
    files.insert("icons.svg".to_owned(), sprite.into_bytes());
    Ok(files)
}

/// Source maps are not served, so nothing may point at one.
fn without_map(name: &str, whole: Vec<u8>) -> Vec<u8> {
    if Path::new(name).extension().is_none_or(|e| e != "js") {
        return whole;
    }
    let text = String::from_utf8_lossy(&whole);
    text.lines()
        .filter(|l| !l.starts_with("//# sourceMappingURL"))
        .flat_map(|l| [l, "\n"])
        .collect::<String>()
        .into_bytes()
}

/// Our own files; `fallback.css` stands in for the design system's.
fn own(files: &mut Files, complete: bool) -> io::Result<()> {
    for entry in fs::read_dir("assets")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match (name.as_str(), complete) {
            ("compress.mjs", _) | ("fallback.css", true) => {}
            ("fallback.css", false) => {
                files.insert("designsystemet.css".to_owned(), fs::read(path)?);
            }
            _ => {
                files.insert(name, fs::read(path)?);
            }
        }
    }
    Ok(())
}

/// Writes each file under a name with its hash, and the table of them all.
fn write(mut files: Files, complete: bool, out: &Path) -> io::Result<()> {
    let folder = out.join("assets");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    // Style sheets last: they name the fonts.
    let (sheets, others): (Vec<String>, Vec<String>) =
        files.keys().cloned().partition(|name| Path::new(name).extension().is_some_and(|e| e == "css"));
    for name in others.into_iter().chain(sheets) {
        let Some(mut content) = files.remove(&name) else { continue };
        if name == "portal.css" {
            let mut text = String::from_utf8_lossy(&content).into_owned();
            for (plain, hashed) in &names {
                text = text.replace(&format!("url(\"{plain}\")"), &format!("url(\"{hashed}\")"));
            }
            content = text.into_bytes();
        }
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let hashed = format!("{stem}.{:016x}.{ending}", fnv(&content));
        fs::write(folder.join(&hashed), content)?;
        names.insert(name, hashed);
    }
    // Node is there when the packages are; without it files go out plain.
    let _ = Command::new("node").arg("assets/compress.mjs").arg(&folder).status();
    let mut table =
        format!("/// Whether the packages' files are in.\npub const COMPLETE: bool = {complete};\n\n");
    table.push_str("static FILES: &[File] = &[\n");
    for (name, hashed) in &names {
        // Relative to the build's folder, so that a kept or moved target folder stays good.
        let include = |file: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/assets/{file}\"))");
        let compressed = format!("{hashed}.br");
        let small = if folder.join(&compressed).exists() {
            format!("Some({})", include(&compressed))
        } else {
            "None".into()
        };
        let _ = writeln!(
            table,
            "    File {{ name: {name:?}, url: \"/assets/{hashed}\", plain: {}, small: {small} }},",
            include(hashed)
        );
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

/// FNV-1a: the names need to differ when the content does, nothing more.
fn fnv(content: &[u8]) -> u64 {
    content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
