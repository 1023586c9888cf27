/* The receivers that the console shows, as the end-to-end tests run them, by language and framework: one line each. */

const own = (...names) => names.map((name) => `console/src/recipes/${name}`);
const example = (folder, ...names) => names.map((name) => `examples/receiving/${folder}/${name}`);

/** `{id, name, files}` of each: its files by their paths in the project, the receiver first. */
export const RECIPES = [
  { id: "python", name: "Python", files: own("verify.py", "catch_up.py", "keys.py") },
  { id: "flask", name: "Flask", files: example("flask", "app.py", "requirements.txt") },
  { id: "fastapi", name: "FastAPI", files: example("fastapi", "app.py", "requirements.txt") },
  { id: "django", name: "Django", files: example("django", "app.py", "requirements.txt") },
  { id: "javascript", name: "JavaScript", files: own("verify.mjs", "catch_up.mjs", "keys.mjs") },
  { id: "express", name: "Express", files: example("express", "app.mjs", "package.json") },
  { id: "nextjs", name: "Next.js", files: example("nextjs", "app/hook/route.js", "package.json") },
  { id: "lambda", name: "AWS Lambda", files: example("lambda", "app.py", "template.yaml", "requirements.txt") },
  { id: "java", name: "Java", files: [...own("Verify.java"), ...example("java", "src/main/java/Receive.java", "pom.xml")] },
  { id: "spring", name: "Spring Boot", files: example("spring", "src/main/java/example/Receive.java", "pom.xml") },
  { id: "go", name: "Go", files: [...own("verify.go", "keys.go"), ...example("go", "receive.go", "go.mod")] },
  { id: "php", name: "PHP", files: own("verify.php", "keys.php") },
  { id: "symfony", name: "Symfony", files: example("php", "app.php") },
  { id: "ruby", name: "Ruby", files: own("verify.rb", "keys.rb") },
  { id: "sinatra", name: "Sinatra", files: example("ruby", "config.ru") },
];
