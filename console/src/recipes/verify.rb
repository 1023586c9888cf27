# Receive Recado's webhooks: verify, keep, answer. Ruby 3.0 or later; any Rack server runs it.
#
#     WEBHOOK_SECRET=whsec_… rackup --host 127.0.0.1 --port 9000 ./verify.rb

require "json"
require "openssl"

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000

# Whether a POST is genuine and fresh; `body` is its bytes as they came.
def verified?(secret, id, timestamp, signatures, body)
  return false unless timestamp.match?(/\A\d{1,15}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS

  key = secret.delete_prefix("whsec_").unpack1("m0")
  raise "WEBHOOK_SECRET is empty: anybody could sign with it" if key.empty?

  digest = OpenSSL::HMAC.digest("SHA256", key, "#{id}.#{timestamp}.".b + body)
  expected = "v1,#{[digest].pack('m0')}"
  # For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
  signatures.split.any? { |signature| OpenSSL.secure_compare(expected, signature) }
end

KEPT = {}
LOCK = Mutex.new

# Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later.
def keep(event)
  LOCK.synchronize do # a server has several threads
    next if KEPT.key?(event["eventId"])

    KEPT[event["eventId"]] = true
    warn "kept #{event['eventName']} #{event['eventId']}"
  end
end

Verify = lambda do |env|
  body = env["rack.input"]&.read(MOST_BYTES + 1).to_s.b
  next [413, {}, []] if body.bytesize > MOST_BYTES

  headers = %w[HTTP_WEBHOOK_ID HTTP_WEBHOOK_TIMESTAMP HTTP_WEBHOOK_SIGNATURE]
  given = headers.map { |name| env.fetch(name, "") }
  next [401, {}, []] unless verified?(ENV.fetch("WEBHOOK_SECRET"), *given, body)

  JSON.parse(body)["events"].each { |event| keep(event) }
  [202, {}, []]
end
