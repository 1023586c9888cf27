// Receive Recado's webhooks with Spring Boot: verify, keep, answer. Java 17 or later, Maven.
//
//     mvn -q package
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     java -jar target/receive.jar
//
// Where Spring Security is on the class path, let this path through: its protection against CSRF answers 403 before.

package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootApplication
@RestController
public class Receive {
    static final int MOST_BYTES = 1_000_000;

    record Event(String eventId, String eventName, JsonNode data) {}

    record Post(List<Event> events) {}

    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private final Webhook webhook;
    private final JsonMapper json;

    Receive(@Value("${WEBHOOK_SECRET}") String secret, JsonMapper json) {
        this.webhook = new Webhook(secret);
        this.json = json;
    }

    // A stream, read to a limit: `@RequestBody` takes bodies of any size, and as an object it is parsed before it is
    // verified. Tomcat's own limit, `server.tomcat.max-http-form-post-size`, is for forms alone.
    @PostMapping("/hook")
    ResponseEntity<Void> hook(@RequestHeader MultiValueMap<String, String> headers, InputStream stream)
            throws IOException {
        byte[] body = stream.readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) return ResponseEntity.status(HttpStatus.CONTENT_TOO_LARGE).build();
        String text = new String(body, UTF_8);
        try {
            webhook.verify(text, headers);
        } catch (WebhookVerificationException error) {
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
        }
        json.readValue(text, Post.class).events().forEach(this::keep);
        return ResponseEntity.accepted().build();
    }

    // Keep an event once. Yours: insert it into a table whose key is the event's id, and let a job of its own, such as
    // a `@Scheduled` one, work on the rows: what is done before the answer is done again when the answer is late.
    void keep(Event event) {
        if (kept.add(event.eventId())) System.out.println("kept " + event.eventName() + " " + event.eventId());
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Receive.class, arguments);
    }
}
