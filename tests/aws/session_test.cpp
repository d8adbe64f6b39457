#include "aws/session.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

constexpr const char* kCredentials =
    "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret-default\n"
    "[prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret-prod\n"
    "aws_session_token = token-prod\n";

struct World {
  SessionInput input;
  std::map<std::string, std::string> files;

  World() {
    input.home = "/home/ann";
    files["/home/ann/.aws/credentials"] = kCredentials;
    input.read_file = [this](const std::string& path) -> Result<std::string> {
      const auto found = files.find(path);
      if (found == files.end()) return fail(ErrorCode::kNotFound, "no such file", path);
      return found->second;
    };
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  World& env(const std::string& name, const std::string& value) {
    input.environment[name] = value;
    return *this;
  }
  World& config(const std::string& text) {
    files["/home/ann/.aws/config"] = text;
    return *this;
  }
  Session session() const {
    auto loaded = load_session(input);
    EXPECT_TRUE(loaded) << to_string(loaded.error());
    return loaded ? *loaded : Session{};
  }
  Error error() const {
    const auto loaded = load_session(input);
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error();
  }
};

World& with_keys(World& world) {
  return world.env("AWS_ACCESS_KEY_ID", "AKIDENV").env("AWS_SECRET_ACCESS_KEY", "secret-env");
}

// ---- credentials

TEST(Session, ControlCharacterInAKeyOrTokenNamesTheVariableAndNeverTheValue) {
  for (const auto* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    for (const char bad : {'\n', '\r', '\t', '\x7f'}) {
      World world;
      with_keys(world).env("AWS_SESSION_TOKEN", "token").env(name, std::string("hush") + bad);
      const auto error = world.error();
      EXPECT_EQ(error.code, ErrorCode::kUsage);
      EXPECT_NE(error.what.find(name), std::string::npos) << error.what;
      EXPECT_EQ(to_string(error).find("hush"), std::string::npos);
    }
  }
}

TEST(Session, ControlCharacterInTheFilesNamesTheKey) {
  World world;
  world.files["/home/ann/.aws/credentials"] =
      "[default]\naws_access_key_id = A\naws_secret_access_key = s\naws_session_token = t\x01t\n";
  EXPECT_NE(world.error().what.find("aws_session_token"), std::string::npos);
}

TEST(Session, EnvironmentKeysComeFirst) {
  World world;
  with_keys(world).env("AWS_SESSION_TOKEN", "token-env");
  const auto session = world.session();
  EXPECT_EQ(session.credentials.access_key_id, "AKIDENV");
  EXPECT_EQ(session.credentials.secret_access_key.reveal(), "secret-env");
  EXPECT_EQ(session.credentials.session_token.reveal(), "token-env");
  EXPECT_EQ(session.credentials.source, "environment");
  EXPECT_EQ(session.profile, "default");
}

TEST(Session, OldSecurityTokenVariableWinsOverSessionToken) {
  World world;
  with_keys(world).env("AWS_SECURITY_TOKEN", "old").env("AWS_SESSION_TOKEN", "new");
  EXPECT_EQ(world.session().credentials.session_token.reveal(), "old");
}

TEST(Session, TheEndOfASessionTokenIsTheEnvironmentsWord) {
  World world;
  with_keys(world).env("AWS_CREDENTIAL_EXPIRATION", "2026-12-05T01:00:00+00:00");
  EXPECT_FALSE(world.session().credentials.ends) << "keys without a token last";
  world.env("AWS_SESSION_TOKEN", "token-env");
  EXPECT_EQ(world.session().credentials.ends, *parse_utc("2026-12-05T01:00:00Z"));
  world.input.profile = "prod";
  EXPECT_EQ(world.session().credentials.ends, *parse_utc("2026-12-05T01:00:00Z"));
  world.env("AWS_CREDENTIAL_EXPIRATION", "tomorrow");
  EXPECT_EQ(world.error().on, "AWS_CREDENTIAL_EXPIRATION");
  world.input.environment.erase("AWS_CREDENTIAL_EXPIRATION");
  EXPECT_FALSE(world.session().credentials.ends);
}

TEST(Session, EnvironmentKeysWinOverAwsProfileButNotOverTheFlag) {
  World world;
  with_keys(world).env("AWS_PROFILE", "prod");
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDENV");
  world.input.profile = "prod";
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDPROD");
}

TEST(Session, DefaultProfileIsUsedWhereNothingIsNamed) {
  World world;
  const auto session = world.session();
  EXPECT_EQ(session.credentials.access_key_id, "AKIDDEFAULT");
  EXPECT_EQ(session.credentials.source, "profile default (~/.aws/credentials)");
  EXPECT_TRUE(session.credentials.session_token.empty());
}

TEST(Session, AwsProfileWinsOverAwsDefaultProfile) {
  World world;
  world.env("AWS_PROFILE", "prod").env("AWS_DEFAULT_PROFILE", "default");
  const auto session = world.session();
  EXPECT_EQ(session.profile, "prod");
  EXPECT_EQ(session.credentials.session_token.reveal(), "token-prod");
}

TEST(Session, VariableSetToNothingIsNotSet) {
  World world;
  world.env("AWS_PROFILE", "").env("AWS_ACCESS_KEY_ID", "").env("AWS_DEFAULT_PROFILE", "prod");
  EXPECT_EQ(world.session().profile, "prod");
}

TEST(Session, CredentialsFileWinsOverTheConfigFile) {
  World world;
  world.config(
      "[profile prod]\naws_access_key_id=AKIDCONFIG\naws_secret_access_key=s\n"
      "[profile only]\naws_access_key_id=AKIDONLY\naws_secret_access_key=s\n");
  world.input.profile = "prod";
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDPROD");
  world.input.profile = "only";
  EXPECT_EQ(world.session().credentials.source, "profile only (~/.aws/config)");
}

TEST(Session, OldSecurityTokenKeyIsReadBeforeSessionToken) {
  World world;
  world.files["/home/ann/.aws/credentials"] =
      "[default]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=new\n"
      "aws_security_token=old\n";
  EXPECT_EQ(world.session().credentials.session_token.reveal(), "old");
}

TEST(Session, FilesAreWhereTheEnvironmentSays) {
  World world;
  world.env("AWS_CONFIG_FILE", "~/c").env("AWS_SHARED_CREDENTIALS_FILE", "/etc/k");
  world.files = {{"/home/ann/c", "[default]\nregion = eu-north-1\n"},
                 {"/etc/k", "[default]\naws_access_key_id=AKIDK\naws_secret_access_key=s\n"}};
  const auto session = world.session();
  EXPECT_EQ(session.credentials.access_key_id, "AKIDK");
  EXPECT_EQ(session.region, RegionName("eu-north-1"));
}

TEST(Session, UnknownProfileNamesTheKnownOnes) {
  World world;
  world.config("[profile dev]\nregion = eu-west-1\n[sso-session x]\na=b\n[default]\n");
  world.input.profile = "prd";
  const auto error = world.error();
  EXPECT_EQ(error.code, ErrorCode::kUsage);
  EXPECT_EQ(to_string(error),
            "~/.aws/config: unknown profile 'prd'. Known profiles: default, dev, prod");
}

TEST(Session, ProfileOfTheEnvironmentMustExistEvenWithKeysThere) {
  World world;
  with_keys(world).env("AWS_PROFILE", "prd");
  EXPECT_EQ(world.error().code, ErrorCode::kUsage);
}

TEST(Session, NoFilesAndNoKeysSaysWhatToDo) {
  World world;
  world.files.clear();
  const auto error = world.error();
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_EQ(to_string(error),
            "profile default: no AWS credentials found. Set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or name a profile that has keys with --profile");
}

TEST(Session, UnknownProfileWithoutAnyFileSaysHowToMakeOne) {
  World world;
  world.files.clear();
  world.input.profile = "prod";
  EXPECT_NE(world.error().hint.find("aws configure"), std::string::npos);
}

struct HalfPair {
  const char* there;
  const char* missing;
};
class HalfAPair : public ::testing::TestWithParam<HalfPair> {};

TEST_P(HalfAPair, InTheEnvironmentIsAnErrorThatNamesBothAndNotTheValue) {
  World world;
  world.env(GetParam().there, "hunter2");
  EXPECT_EQ(to_string(world.error()), std::string("environment: ") + GetParam().there +
                                          " is set and " + GetParam().missing +
                                          " is not. Set both, or neither");
}
INSTANTIATE_TEST_SUITE_P(Session, HalfAPair,
                         ::testing::Values(HalfPair{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
                                           HalfPair{"AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"}));

TEST(Session, HalfAPairInAFileNamesProfileAndFile) {
  World world;
  world.files["/home/ann/.aws/credentials"] = "[default]\naws_secret_access_key = hunter2\n";
  EXPECT_EQ(to_string(world.error()),
            "profile default (~/.aws/credentials): aws_secret_access_key is set and "
            "aws_access_key_id is not. Set both, or neither");
  world.files["/home/ann/.aws/credentials"] = "[default]\naws_access_key_id = AKID\n";
  EXPECT_NE(world.error().what.find("aws_secret_access_key is not"), std::string::npos);
}

class Unsupported : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Unsupported, SourceIsNamedWithTheWayRound) {
  World world;
  world.config("[profile p]\n" + std::string(GetParam().first) +
               "\naws_access_key_id=A\naws_secret_access_key=s\n");
  world.input.profile = "p";
  EXPECT_EQ(to_string(world.error()),
            std::string("profile p: ") + GetParam().second +
                " is not supported by this version yet. Use: aws configure export-credentials "
                "--profile p --format env");
}
INSTANTIATE_TEST_SUITE_P(
    Session, Unsupported,
    ::testing::Values(
        std::pair{"role_arn = arn:aws:iam::1:role/x\nsource_profile = default", "role_arn"},
        std::pair{"role_arn = arn:x\nweb_identity_token_file = /t", "web_identity_token_file"},
        std::pair{"sso_session = corp", "SSO (sso_session)"},
        std::pair{"sso_account_id = 111122223333", "SSO (sso_account_id)"},
        std::pair{"credential_process = /bin/get keys", "credential_process"},
        std::pair{"login_session = arn:x", "login_session"}));

TEST(Session, StaticKeysOfTheCredentialsFileComeBeforeCredentialProcess) {
  World world;
  world.config("[profile prod]\ncredential_process = /bin/get\n");
  world.input.profile = "prod";
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDPROD");
}

TEST(Session, RoleInAProfileIsPassedOverWhereTheEnvironmentHasKeys) {
  World world;
  with_keys(world).config("[default]\nrole_arn = arn:x\nsource_profile = y\n");
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDENV");
}

TEST(Session, WebIdentityOfTheEnvironmentIsNamedUnlessAProfileIsGiven) {
  World world;
  world.env("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
  EXPECT_NE(world.error().what.find("AWS_WEB_IDENTITY_TOKEN_FILE"), std::string::npos);
  world.input.profile = "prod";
  EXPECT_EQ(world.session().credentials.access_key_id, "AKIDPROD");
}

TEST(Session, ContainerCredentialsAreNamedWhereNothingElseIsFound) {
  World world;
  world.files.clear();
  world.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
  EXPECT_NE(world.error().what.find("AWS_CONTAINER_CREDENTIALS_FULL_URI"), std::string::npos);
}

TEST(Session, MalformedFileIsNamedWithItsLine) {
  World world;
  world.config("[default]\nregion eu-west-1\n");
  EXPECT_EQ(world.error().on, "~/.aws/config:2");
}

TEST(Session, UnreadableFileIsAnErrorNotAnEmptyFile) {
  World world;
  world.input.read_file = [](const std::string& path) -> Result<std::string> {
    return fail(ErrorCode::kStorage, "permission denied", path);
  };
  EXPECT_EQ(world.error().code, ErrorCode::kStorage);
}

// ---- region

TEST(Session, RegionIsFlagThenAwsRegionThenAwsDefaultRegionThenProfile) {
  World world;
  EXPECT_EQ(world.session().region, std::nullopt);
  world.config("[default]\nregion = eu-west-1\n");
  EXPECT_EQ(world.session().region, RegionName("eu-west-1"));
  world.env("AWS_DEFAULT_REGION", "eu-west-2");
  EXPECT_EQ(world.session().region, RegionName("eu-west-2"));
  world.env("AWS_REGION", "eu-west-3");
  EXPECT_EQ(world.session().region, RegionName("eu-west-3"));
  world.input.region = "eu-central-1";
  EXPECT_EQ(world.session().region, RegionName("eu-central-1"));
}

TEST(Session, RegionWithoutAPartitionIsUnknown) {
  World world;
  world.input.region = "eu-wset-1a";
  EXPECT_EQ(to_string(world.error()),
            "--region: unknown region 'eu-wset-1a'. Regions are named like eu-west-1");
  world.input.region.reset();
  world.env("AWS_REGION", "nowhere");
  EXPECT_EQ(world.error().on, "AWS_REGION");
}

TEST(Session, ElsewhereAnyNameThatCanStandInAUrlIsARegion) {
  World world;
  world.input.endpoint_url = "http://localhost:5000";
  world.input.region = "local";
  EXPECT_EQ(world.session().region, RegionName("local"));
  world.input.region = "a/b";
  EXPECT_EQ(world.error().code, ErrorCode::kUsage);
}

// ---- endpoints

constexpr const char* kEndpoints =
    "[default]\nendpoint_url = http://profile.test\nservices = local\n"
    "[services local]\nec2 =\n  endpoint_url = http://ec2.section.test/\n";

std::string ec2_of(const World& world) {
  return world.session().endpoint(Service::kEc2, RegionName("eu-west-1"));
}
std::string sts_of(const World& world) {
  return world.session().endpoint(Service::kSts, RegionName("eu-west-1"));
}

TEST(Session, EndpointIsAwsOwnWhereNoneIsConfigured) {
  World world;
  EXPECT_EQ(ec2_of(world), "https://ec2.eu-west-1.amazonaws.com");
  EXPECT_TRUE(world.session().is_aws(Service::kEc2));
}

TEST(Session, EndpointOrderIsFlagThenVariablesThenServicesSectionThenProfile) {
  World world;
  world.config(kEndpoints);
  EXPECT_EQ(ec2_of(world), "http://ec2.section.test");
  EXPECT_EQ(sts_of(world), "http://profile.test");
  world.env("AWS_ENDPOINT_URL", "http://all.test/");
  EXPECT_EQ(ec2_of(world), "http://all.test");
  EXPECT_EQ(sts_of(world), "http://all.test");
  world.env("AWS_ENDPOINT_URL_EC2", "http://ec2.test");
  EXPECT_EQ(ec2_of(world), "http://ec2.test");
  EXPECT_EQ(sts_of(world), "http://all.test");
  world.input.endpoint_url = "http://flag.test:5000/";
  EXPECT_EQ(ec2_of(world), "http://flag.test:5000");
  EXPECT_EQ(sts_of(world), "http://flag.test:5000");
}

TEST(Session, EachServiceHasItsVariable) {
  World world;
  world.env("AWS_ENDPOINT_URL_STS", "http://s.test")
      .env("AWS_ENDPOINT_URL_CLOUDWATCH", "http://c.test")
      .env("AWS_ENDPOINT_URL_KMS", "http://k.test");
  const auto session = world.session();
  const RegionName region("eu-west-1");
  EXPECT_EQ(session.endpoint(Service::kSts, region), "http://s.test");
  EXPECT_EQ(session.endpoint(Service::kCloudWatch, region), "http://c.test");
  EXPECT_EQ(session.endpoint(Service::kKms, region), "http://k.test");
  EXPECT_TRUE(session.is_aws(Service::kEc2));
  EXPECT_FALSE(session.is_aws(Service::kCloudWatch));
}

TEST(Session, IgnoringConfiguredEndpointsLeavesOnlyTheFlag) {
  World world;
  world.config(kEndpoints)
      .env("AWS_ENDPOINT_URL", "http://all.test")
      .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
  EXPECT_EQ(ec2_of(world), "https://ec2.eu-west-1.amazonaws.com");
  world.input.endpoint_url = "http://flag.test";
  EXPECT_EQ(ec2_of(world), "http://flag.test");
}

TEST(Session, ProfileMayIgnoreConfiguredEndpointsToo) {
  World world;
  world.config("[default]\nendpoint_url = http://p.test\nignore_configured_endpoint_urls = True\n");
  EXPECT_EQ(ec2_of(world), "https://ec2.eu-west-1.amazonaws.com");
}

TEST(Session, ServicesSectionThatIsNotThereIsAnError) {
  World world;
  world.config("[default]\nservices = local\n");
  EXPECT_NE(world.error().what.find("[services local]"), std::string::npos);
}

class BadEndpoint : public ::testing::TestWithParam<const char*> {};

TEST_P(BadEndpoint, IsRefusedWithTheNameOfItsSource) {
  World world;
  world.env("AWS_ENDPOINT_URL", GetParam());
  const auto error = world.error();
  EXPECT_EQ(error.code, ErrorCode::kUsage);
  EXPECT_EQ(error.on, "AWS_ENDPOINT_URL");
}
INSTANTIATE_TEST_SUITE_P(Session, BadEndpoint,
                         ::testing::Values("localhost:5000", "ftp://a.test", "http://a.test/?x=1",
                                           "http://a.test/#top", "https://me:pw@a.test"));

TEST(Session, FipsAndDualStackChangeAwsHosts) {
  World world;
  world.env("AWS_USE_FIPS_ENDPOINT", "true");
  EXPECT_EQ(ec2_of(world), "https://ec2-fips.eu-west-1.amazonaws.com");
  world.config("[default]\nuse_dualstack_endpoint = true\n");
  EXPECT_EQ(ec2_of(world), "https://ec2-fips.eu-west-1.api.aws");
}

TEST(Session, CaBundleIsFlagThenVariableThenProfile) {
  World world;
  EXPECT_EQ(world.session().ca_bundle, "");
  world.config("[default]\nca_bundle = /profile.pem\n");
  EXPECT_EQ(world.session().ca_bundle, "/profile.pem");
  world.env("AWS_CA_BUNDLE", "/env.pem");
  EXPECT_EQ(world.session().ca_bundle, "/env.pem");
  world.input.ca_bundle = "/flag.pem";
  EXPECT_EQ(world.session().ca_bundle, "/flag.pem");
}

}  // namespace
}  // namespace v2only::aws
